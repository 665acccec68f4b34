internal import CryptoExtras
internal import Metrics
