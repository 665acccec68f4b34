internal import CLibPQ
internal import GRDB
