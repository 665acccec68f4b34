internal import ArgumentParser
internal import Domain
internal import Foundation
internal import NIOCore
internal import Services
internal import Store

struct Switchboard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchboard",
        abstract: "A self-hosted WhatsApp hub: one inbox for a business's numbers, and an API to send with.",
        discussion: """
            To look around without a WhatsApp account:  switchboard demo
            To run it for real:                         switchboard serve --help
            """,
        subcommands: [
            DemoCommand.self, ServeCommand.self, SimulateCommand.self, DoctorCommand.self, MigrateCommand.self, BackupCommand.self,
            RestoreCommand.self, ResumeCommand.self, ConfigCommand.self, SendCommand.self,
            UserCommand.self,
            KeyCommand.self, BenchCommand.self, VersionCommand.self,
        ])
}

/// Runs the command line and turns every way of failing into a sentence and an exit status.
@main
enum Main {
    /// The program itself is at fault (EX_SOFTWARE).
    static let defectStatus: Int32 = 70
    /// The command line can't be understood (EX_USAGE).
    static let usageStatus: Int32 = 64

    static func main() async {
        var command: any ParsableCommand
        do {
            command = try Switchboard.parseAsRoot()
        } catch {
            Switchboard.exit(withError: error)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let problem as ConfigurationProblem {
            end(saying: problem.detail, status: problem.isOfCommandLine ? usageStatus : 1)
        } catch let problem as any Problem {
            end(saying: problem.detail, status: 1)
        } catch let error as StoreError {
            switch error {
            case .unavailable(let reason): end(saying: "The database can't be used right now. \(reason)", status: 1)
            case .schema(let advice): end(saying: advice, status: 1)
            case .outcomeUnknown: end(saying: OutageProblem.outcomeUnknown.detail, status: 1)
            default: end(saying: defect(error), status: defectStatus)
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            end(saying: "Another program listens on that port. Please choose another one, or 0 for any that is free.", status: 1)
        } catch {
            // Whatever the parser knows how to say: help that was asked for, a value that a command refused.
            let status = Switchboard.exitCode(for: error)
            if status != .failure || error is ExitCode { Switchboard.exit(withError: error) }
            end(saying: defect(error), status: defectStatus)
        }
    }

    private static func defect(_ error: any Error) -> String {
        "Switchboard has a defect, and this is what it ran into: \(String(reflecting: error))"
    }

    private static func end(saying text: String, status: Int32) -> Never {
        FileHandle.standardError.tell("\(text)\n")
        exit(status)
    }
}
