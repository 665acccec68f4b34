internal import Web

extension Configuration {
    func web(isBench: Bool) -> WebConfiguration {
        WebConfiguration(
            host: host, port: port, publicURL: publicURL, trustedProxies: trustedProxies, certificateFile: tlsCertificate,
            privateKeyFile: tlsKey, isBench: isBench)
    }

    /// How people reach the server: the public address, or what a browser on this machine needs.
    func address(port: Int) -> String {
        if let publicURL { return publicURL.text }
        let isEveryAddress = host == "0.0.0.0" || host == "::"
        let name = isEveryAddress ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
        return "\(tlsCertificate == nil ? "http" : "https")://\(name):\(port)"
    }
}
