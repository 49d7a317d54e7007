using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Reports;

namespace Gallery;

/// <summary>The command line: a job by its name, or the list.</summary>
public static class CommandLine
{
    private const double Mebibyte = 1 << 20;

    /// <summary>Runs the program.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes the results.</param>
    /// <param name="error">Takes the message if something is wrong.</param>
    /// <returns>0; 1 if a solve did not converge or a claim does not hold; 2 if there is no such job, or data cannot be used; 130 if it was
    /// interrupted.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var name = new Argument<string?>("job") { Description = "The name of the job; the list of jobs if left out.", Arity = ArgumentArity.ZeroOrOne };
        var quick = new Option<bool>("--quick") { Description = "A small setting, of seconds." };
        var report = new Option<string?>("--report") { Description = "Where a report of the steps is written, as one file of HTML." };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && GalleryJob.All.All(job => job.Name != token.Value))
            {
                result.AddError($"{token.Value}: no such job; there are {string.Join(", ", GalleryJob.All.Select(job => job.Name))}");
            }
        });
        report.Validators.Add(OptionRules.Named);
        var command = new RootCommand("Real jobs, each in one file.") { name, quick, report };
        command.SetAction((result, cancellation) => Task.Run(
            () =>
            {
                using HtmlReport? page = result.GetValue(report) is { } path ? new HtmlReport(path, result.GetValue(name) ?? "gallery") : null;
                return Start(result.GetValue(name), new Setting(result.GetValue(quick), output, page, cancellation));
            },
            CancellationToken.None));
        return CommandRunner.Run(command, args, output, error, "a report, if one was asked for, shows the steps until then");
    }

    private static int Start(string? name, Setting setting)
    {
        if (name is null)
        {
            int longest = GalleryJob.All.Max(job => job.Name.Length);
            foreach (GalleryJob job in GalleryJob.All)
            {
                setting.Output.WriteLine($"{job.Name.PadRight(longest)}  {job.About}");
            }

            return ExitCode.Success;
        }

        long started = Stopwatch.GetTimestamp();
        Claim claim = GalleryJob.All.Single(job => job.Name == name).Run(setting);
        string result = $"{(claim.Holds ? "holds" : "FAILS")}: {claim.Text}";
        setting.Output.WriteLine(result);
        setting.Report?.Attach("What it shows", result);
        using var process = Process.GetCurrentProcess();
        setting.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {process.PeakWorkingSet64 / Mebibyte:F0} MiB at the most"));
        return claim.Holds ? ExitCode.Success : ExitCode.Failure;
    }
}
