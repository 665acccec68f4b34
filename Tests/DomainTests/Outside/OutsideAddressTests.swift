import Domain
import Testing

@Suite("Addresses that people give us to call")
struct OutsideAddressTests {
    @Test(
        "what leads nowhere public is closed",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1",
            "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255",
            "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255",
            "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
            // The same in version 6's clothes: mapped, compatible, translated, NAT64, local NAT64, 6to4, Teredo, ISATAP of a local prefix.
            "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::a9fe:a9fe",
            "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1",
            "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "fe80::5efe:127.0.0.1",
            "::", "::1", "0:0:0:0:0:0:0:1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fdff::1", "ff02::1", "ff0e::1",
            "100::1", "2001:db8::1", "2001:20::1", "3fff::1", "5f00::1", "4000::1", "8000::1", "e000::1",
        ])
    func closed(text: String) throws {
        let address = try #require(IPAddress(parsing: text), "\(text)")
        #expect(!OutsideRules().allows(address), "\(text)")
    }

    @Test(
        "the public internet is open",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
            "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255",
            "::ffff:8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001:80e::200e", "2003::1",
        ])
    func open(text: String) throws {
        #expect(OutsideRules().allows(try #require(IPAddress(parsing: text))), "\(text)")
    }

    @Test("the server's owner may open a network, and only that one")
    func permitted() throws {
        let rules = OutsideRules(permitting: try #require(IPNetwork.list(parsing: "10.1.0.0/16, fd00:1::/32, 127.0.0.1")))
        for text in ["10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "127.0.0.1"] {
            #expect(rules.allows(try #require(IPAddress(parsing: text))), "\(text)")
            #expect(rules.isPermitted(try #require(IPAddress(parsing: text))), "\(text)")
        }
        for text in ["10.2.0.1", "fd00:2::1", "127.0.0.2", "::1"] {
            #expect(!rules.allows(try #require(IPAddress(parsing: text))), "\(text)")
        }
        #expect(!rules.isPermitted(try #require(IPAddress(parsing: "8.8.8.8"))))
        let wide = OutsideRules(permitting: try #require(IPNetwork.list(parsing: "0.0.0.0/0, ::/0")))
        for text in ["169.254.169.254", "::ffff:169.254.169.254", "168.63.129.16", "fd00:ec2::254"] {
            #expect(!wide.allows(try #require(IPAddress(parsing: text))), "\(text)")
        }
        #expect(wide.allows(try #require(IPAddress(parsing: "169.254.1.1"))))
        for list in ["10.0.0.0/33", "host", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8"] { #expect(IPNetwork.list(parsing: list) == nil) }
    }

    @Test(
        "an address that somebody could read differently isn't one",
        arguments: [
            "", "example.com", "ftp://example.com", "file:///etc/passwd", "javascript:alert(1)", "//example.com", "https://", "https:///x",
            "https://user@example.com", "https://user:pw@example.com", "https://example.com@127.0.0.1", "https://example.com#@127.0.0.1",
            "https://example.com\\@127.0.0.1", "https://exa mple.com", "https://example.com/\r\nHost: x", "https://ex\u{0}ample.com",
            "https://example.com:0", "https://example.com:65536", "https://example.com:x", "https://-a.example", "https://a-.example",
            "https://a..example", "https://.example", "https://example.com.", "https://ünïcode.example", "https://%6cocalhost",
            "https://127.1",
            "https://127.0.1", "https://2130706433", "https://0x7f000001", "https://0x7f.0.0.1", "https://0177.0.0.1", "https://127.0.0.1.",
            "https://127.0.0.256", "https://１２７.0.0.1", "https://[::1", "https://[::1%25eth0]", "https://[fe80::1%eth0]",
            "https://[127.0.0.1]", "https://[v1.x]", "https://::1", "https://a_b.example", "https://example.1",
        ])
    func malformed(text: String) { #expect(throws: OutsideProblem.malformed) { try OutsideAddress(parsing: text) } }

    @Test(
        "others are called as they were given",
        arguments: [
            ("https://Example.COM", "https://example.com/", "example.com", 443),
            ("HTTPS://example.com:443/a?b=c", "https://example.com/a?b=c", "example.com", 443),
            ("http://localhost:8080/x%20y", "http://localhost:8080/x%20y", "localhost", 8_080),
            ("https://[2606:4700::1]:8443/", "https://[2606:4700::1]:8443/", "2606:4700::1", 8_443),
            ("http://10.0.0.1", "http://10.0.0.1/", "10.0.0.1", 80),
            ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example", 443),
        ])
    func sound(text: String, called: String, host: String, port: Int) throws {
        let address = try OutsideAddress(parsing: text)
        #expect((address.text, address.host, address.port) == (called, host, port))
        #expect(try OutsideAddress(parsing: address.text) == address)
    }

    @Test("an address has one text")
    func texts() throws {
        for (text, shown) in [("127.0.0.1", "127.0.0.1"), ("::ffff:1.2.3.4", "1.2.3.4"), ("2606:4700::1", "2606:4700:0:0:0:0:0:1")] {
            #expect(try #require(IPAddress(parsing: text)).text == shown)
        }
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
        #expect(try #require(IPAddress(bytes: [1, 2, 3, 4])).text == "1.2.3.4")
    }
}
