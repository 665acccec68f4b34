package import CoreMetrics
internal import Synchronization

/// Keeps the program's figures and writes them in Prometheus' text form. Give it to `MetricsSystem.bootstrap` at start.
package final class PrometheusRegistry: MetricsFactory {
    /// Series in all. Labels are few and bounded, so more than this is a defect; what comes beyond isn't kept.
    private static let seriesLimit = 2_000

    private let series = Mutex<[String: [String: Series]]>([:])

    package init() {}

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { make(label, dimensions, .counter) }
    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        make(label, dimensions, .counter)
    }
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { make(label, dimensions, .gauge) }
    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        make(label, dimensions, aggregate ? .histogram : .gauge)
    }
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        make(label + "_seconds", dimensions, .histogram)
    }

    // A series stays for the life of the program: whoever asks again goes on counting.
    package func destroyCounter(_: any CounterHandler) {}
    package func destroyFloatingPointCounter(_: any FloatingPointCounterHandler) {}
    package func destroyMeter(_: any MeterHandler) {}
    package func destroyRecorder(_: any RecorderHandler) {}
    package func destroyTimer(_: any TimerHandler) {}

    /// All figures, sorted by name.
    package func text() -> String {
        let all = series.withLock { $0 }
        var text = ""
        for (name, byLabels) in all.sorted(by: { $0.key < $1.key }) {
            guard let kind = byLabels.values.first?.kind else { continue }
            text += "# TYPE \(name) \(kind.rawValue)\n"
            for (labels, series) in byLabels.sorted(by: { $0.key < $1.key }) { text += series.text(name: name, labels: labels) }
        }
        return text
    }

    private func make(_ label: String, _ dimensions: [(String, String)], _ kind: Series.Kind) -> Series {
        let name = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
        let labels = dimensions.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        return series.withLock { all in
            if let known = all[name]?[labels] { return known }
            let made = Series(kind: kind)
            if all.values.reduce(0, { $0 + $1.count }) < Self.seriesLimit { all[name, default: [:]][labels] = made }
            return made
        }
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// One figure with its labels.
private final class Series: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    enum Kind: String { case counter, gauge, histogram }

    /// Upper bounds, in seconds where time is measured: from a database read to an impatient client.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct State {
        var value = 0.0
        var count = 0
        var buckets = [Int](repeating: 0, count: Series.bounds.count)
    }

    let kind: Kind
    private let state = Mutex(State())

    init(kind: Kind) { self.kind = kind }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func reset() { state.withLock { $0 = State() } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.value = value } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { kind == .histogram ? observe(value) : set(value) }
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1_000_000_000) }

    private func add(_ amount: Double) { state.withLock { $0.value += amount } }

    private func observe(_ value: Double) {
        state.withLock { state in
            state.value += value
            state.count += 1
            if let index = Self.bounds.firstIndex(where: { value <= $0 }) { state.buckets[index] += 1 }
        }
    }

    func text(name: String, labels: String) -> String {
        let state = state.withLock { $0 }
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        guard kind == .histogram else { return "\(name)\(braces) \(Self.number(state.value))\n" }
        let comma = labels.isEmpty ? "" : ","
        var text = ""
        var sum = 0
        for (bound, count) in zip(Self.bounds, state.buckets) {
            sum += count
            text += "\(name)_bucket{\(labels)\(comma)le=\"\(Self.number(bound))\"} \(sum)\n"
        }
        text += "\(name)_bucket{\(labels)\(comma)le=\"+Inf\"} \(state.count)\n"
        return text + "\(name)_sum\(braces) \(Self.number(state.value))\n\(name)_count\(braces) \(state.count)\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
