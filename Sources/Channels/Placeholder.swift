internal import AsyncHTTPClient
internal import Crypto
