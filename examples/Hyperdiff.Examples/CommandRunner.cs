using System.CommandLine;
using Hyperdiff.Data;

namespace Hyperdiff.Examples;

/// <summary>Runs the command of an example: what goes wrong becomes a message and an exit code.</summary>
public static class CommandRunner
{
    // more than a step of an example takes before it looks at its token, on a machine with other work; after it the process is ended, whatever it
    // writes at that moment
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads the arguments and runs the command.</summary>
    /// <param name="command">The command, with its options and its action.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes the help.</param>
    /// <param name="error">Takes the message if something is wrong.</param>
    /// <param name="interrupted">What is left of a run that was interrupted.</param>
    /// <returns>What the action returns; <see cref="ExitCode.Failure"/> if a solve did not converge; <see cref="ExitCode.Usage"/> if an option, a file or a
    /// variable of the environment cannot be used.</returns>
    public static int Run(RootCommand command, string[] args, TextWriter output, TextWriter error, string interrupted = "files are as they were")
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(error);
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Failed(error, parsed.Errors[0].Message.ReplaceLineEndings(" "), ExitCode.Usage);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = s_patience,
            });
        }
        catch (Exception exception) when (exception is DataException or OutputException)
        {
            return Failed(error, exception.Message, ExitCode.Usage);
        }
        catch (SolveException exception)
        {
            return Failed(error, exception.Message, ExitCode.Failure);
        }
        catch (OperationCanceledException)
        {
            return Failed(error, $"interrupted; {interrupted}", ExitCode.Interrupted);
        }
        catch (Exception exception) when (OfEnvironment(exception) is { } message)
        {
            return Failed(error, message, ExitCode.Usage);
        }
        catch (IOException exception)
        {
            // the output itself: a pipe that was closed, or a disk that is full
            return Failed(error, $"the output cannot be written: {exception.Message.ReplaceLineEndings(" ")}", ExitCode.Usage);
        }
        catch (OutOfMemoryException)
        {
            return Failed(error, "there is not enough memory for this; ask for less", ExitCode.Usage);
        }
    }

    // what the backend says of HYPERDIFF_THREADS and HYPERDIFF_BLAS comes wrapped by the type that read them
    private static string? OfEnvironment(Exception exception) =>
        exception.Message.Contains("HYPERDIFF_", StringComparison.Ordinal) ? exception.Message.ReplaceLineEndings(" ")
        : exception.InnerException is { } inner ? OfEnvironment(inner)
        : null;

    private static int Failed(TextWriter error, string message, int code)
    {
        error.WriteLine($"error: {message}");
        return code;
    }
}
