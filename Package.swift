// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "switchboard",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "switchboard", targets: ["switchboard"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CAssets"),
        .target(name: "Domain", swiftSettings: settings),
        .target(
            name: "Store", dependencies: ["Domain", "CLibPQ", grdb, grdbSQLite, logging, collections], exclude: ["schema.sql"],
            swiftSettings: settings),
        .target(
            name: "Channels", dependencies: ["Domain", "CCurl", asyncHTTPClient, crypto, nioCore, nioHTTP1, nioPosix, nioSSL],
            swiftSettings: settings),
        .target(
            name: "Services",
            dependencies: [
                "Domain", "Store", crypto, cryptoExtras, logging, metrics, serviceLifecycle, collections,
            ],
            swiftSettings: settings),
        .target(
            name: "Web",
            dependencies: [
                "CAssets", "Domain", "Services", hummingbird, hummingbirdTLS, mustache, nioCore, nioHTTPTypes, nioSSL, httpTypes,
                serviceLifecycle,
                crypto, logging,
                metrics,
            ], swiftSettings: settings),
        .target(
            name: "Simulator",
            dependencies: [
                "CAssets", hummingbird, asyncHTTPClient, nioCore, nioHTTP1, nioPosix, httpTypes, serviceLifecycle, crypto, logging,
                collections,
            ], swiftSettings: settings),
        .executableTarget(
            name: "switchboard",
            dependencies: [
                "Channels", "Domain", "Services", "Simulator", "Store", "Web", argumentParser, serviceLifecycle, logging, metrics,
                asyncHTTPClient, nioCore, nioHTTP1,
            ],
            swiftSettings: settings),
        .target(name: "TestSupport", dependencies: ["Domain", "Store", "Services"], swiftSettings: settings),
        .testTarget(
            name: "DomainTests", dependencies: ["Domain", "TestSupport"], exclude: ["PhoneNumbers/phone_number_examples.py"],
            swiftSettings: settings),
        .testTarget(name: "StoreTests", dependencies: ["Domain", "Store", "TestSupport", logging], swiftSettings: settings),
        .testTarget(
            name: "ChannelsTests",
            dependencies: [
                "Channels", "Domain", "Simulator", "TestSupport", asyncHTTPClient, crypto, logging, nioCore, nioHTTP1, nioPosix,
                nioSSL, serviceLifecycle,
            ], exclude: ["Payloads"],
            swiftSettings: settings),
        .testTarget(
            name: "ServicesTests", dependencies: ["Domain", "Services", "Store", "TestSupport", serviceLifecycle, logging, crypto],
            swiftSettings: settings),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "Domain", "Services", "Store", "TestSupport", mustache, hummingbird, hummingbirdTesting, httpTypes,
                nioCore, nioHTTP1, nioPosix, asyncHTTPClient, metrics,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SimulatorTests",
            dependencies: ["Simulator", hummingbird, hummingbirdTesting, httpTypes, nioCore, nioHTTP1, crypto, asyncHTTPClient],
            swiftSettings: settings),
    ],
    cLanguageStandard: .c2x
)
