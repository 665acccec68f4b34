internal import Hummingbird
internal import HummingbirdTLS
internal import Mustache
