using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using Spectre.Console.Advanced;

namespace Hyperdiff.Reports;

/// <summary>Shows where a run is: on a terminal one line that is drawn anew, with a bar and the course of the values; elsewhere, as in a file, plain
/// lines.</summary>
/// <remarks>It writes to the error stream, so that what the program itself writes can be redirected. Steps that were not to be trusted, and the first warning
/// of each kind, stay on lines of their own. The cursor is hidden while the line is drawn, and back after <see cref="Dispose"/>, Ctrl-C and an
/// exception.</remarks>
public sealed class ConsoleProgress : IProgress<StepRecord>, IDisposable
{
    private const int SparklineWidth = 24;
    private const int LongestBar = 30;
    private const int MostValues = 4096;

    private static readonly PosixSignal[] s_ending = [PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private readonly int? _steps;
    private readonly IAnsiConsole _console;
    private readonly bool _isTerminal;
    private readonly Lock _lock = new();
    private readonly List<double> _values = [];
    private readonly HashSet<WarningKind> _warned = [];
    private readonly PosixSignalRegistration[] _ended = [];
    private int _stride = 1;
    private long _drawn;
    private StepRecord? _pending;
    private StepRecord? _first;
    private StepRecord? _best;
    private bool _isHidden;
    private bool _isDisposed;

    /// <summary>A progress on the error stream of the program.</summary>
    /// <param name="steps">How many steps there will be; null if that is not known, and no bar is drawn then.</param>
    public ConsoleProgress(int? steps = null)
        : this(steps, OnErrorStream())
    {
    }

    /// <summary>A progress on a console of Spectre.Console.</summary>
    /// <param name="steps">How many steps there will be; null if that is not known.</param>
    /// <param name="console">The console.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is negative.</exception>
    public ConsoleProgress(int? steps, IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentOutOfRangeException.ThrowIfNegative(steps ?? 0, nameof(steps));
        (_steps, _console) = (steps, console);
        _isTerminal = console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;
        Interval = _isTerminal ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(5);
        if (_isTerminal)
        {
            Console.CancelKeyPress += OnEnd;
            AppDomain.CurrentDomain.ProcessExit += OnEnd;
            AppDomain.CurrentDomain.UnhandledException += OnEnd;
            _ended = [.. s_ending.Select(signal => PosixSignalRegistration.Create(signal, _ => OnEnd(null, EventArgs.Empty)))];
        }
    }

    /// <summary>How long it shows nothing new at least: 0.1 s on a terminal, 5 s elsewhere.</summary>
    public TimeSpan Interval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    }

    /// <summary>Shows a step.</summary>
    /// <param name="value">The step.</param>
    public void Report(StepRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            Keep(value);
            foreach (string message in Messages(value))
            {
                Line(message);
            }

            if (_drawn == 0 || Stopwatch.GetElapsedTime(_drawn) >= Interval)
            {
                Show(value);
            }
            else
            {
                _pending = value;
            }
        }
    }

    /// <summary>Shows the last step, and gives the cursor back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_pending is { } last)
            {
                Show(last);
            }

            Restore();
        }

        if (_isTerminal)
        {
            Console.CancelKeyPress -= OnEnd;
            AppDomain.CurrentDomain.ProcessExit -= OnEnd;
            AppDomain.CurrentDomain.UnhandledException -= OnEnd;
            Array.ForEach(_ended, registration => registration.Dispose());
        }
    }

    private static IAnsiConsole OnErrorStream() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
    });

    private void OnEnd(object? sender, EventArgs arguments)
    {
        lock (_lock)
        {
            Restore();
        }
    }

    private void Restore()
    {
        if (_isHidden)
        {
            _isHidden = false;
            _console.WriteLine();
            _console.Cursor.Show();
        }
    }

    // long runs keep every second, fourth, … value
    private void Keep(StepRecord record)
    {
        if (record.Step % _stride == 0)
        {
            _values.Add(record.Value);
        }

        _best = record.IsBest ? record : _best;
        if (_values.Count == MostValues)
        {
            _stride *= 2;
            for (int i = 0; i < MostValues / 2; i++)
            {
                _values[i] = _values[2 * i];
            }

            _values.RemoveRange(MostValues / 2, MostValues / 2);
        }
    }

    private IEnumerable<string> Messages(StepRecord record)
    {
        if (record.Outcome != StepOutcome.Taken || !record.IsTrusted)
        {
            string why = string.Join("; ", record.Reports.Where(report => !report.Converged));
            string what = record.Outcome == StepOutcome.Taken ? "not to be trusted" : $"{record.Outcome}";
            yield return string.Create(CultureInfo.InvariantCulture, $"step {record.Step} {what}: {(why.Length > 0 ? why : "a number is not finite")}");
        }

        foreach (HypergradientWarning warning in record.Warnings.Where(warning => _warned.Add(warning.Kind)))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"step {record.Step} warning {warning}");
        }
    }

    private void Line(string message)
    {
        if (_isHidden)
        {
            Erase();
        }

        if (_isTerminal)
        {
            _console.MarkupLineInterpolated($"[yellow]{message}[/]");
        }
        else
        {
            Plain(message);
        }
    }

    // not by the console, which breaks lines: a file has no width
    private void Plain(string line) => _console.Profile.Out.Writer.WriteLine(line);

    private void Show(StepRecord record)
    {
        (_pending, _drawn) = (null, Stopwatch.GetTimestamp());
        if (!_isTerminal)
        {
            Plain(Numbers(record));
            return;
        }

        if (!_isHidden)
        {
            _console.Cursor.Hide();
            _isHidden = true;
        }

        Erase();
        _console.Markup(Fitted(record));
    }

    private void Erase() => _console.WriteAnsi("\r\u001b[2K");

    // the numbers come first; what does not fit beside them is left out; the last column is left free, where terminals break lines
    private string Fitted(StepRecord record)
    {
        int room = Math.Max(0, _console.Profile.Width - 1);
        string numbers = Numbers(record);
        if (numbers.Length >= room)
        {
            return Markup.Escape(numbers[..room]);
        }

        room -= numbers.Length;
        string before = string.Concat(Bar(record).Where(Fits).Select(part => $"{part.Markup}  "));
        var course = Same(Sparkline.Of(_values, SparklineWidth, _console.Profile.Capabilities.Unicode));
        return $"{before}{Markup.Escape(numbers)}{string.Concat(Left(record).Prepend(course).Where(Fits).Select(part => $"  {part.Markup}"))}";

        bool Fits((string Plain, string Markup) part)
        {
            bool fits = part.Plain.Length + 2 <= room;
            room -= fits ? part.Plain.Length + 2 : 0;
            return fits;
        }
    }

    private static (string Plain, string Markup) Same(string text) => (text, Markup.Escape(text));

    private (string Plain, string Markup)[] Bar(StepRecord record)
    {
        if (_steps is not > 0)
        {
            return [];
        }

        int width = Math.Clamp(_console.Profile.Width / 5, 5, LongestBar);
        int done = (int)Math.Min(width, (record.Step + 1L) * width / _steps.Value);
        (char full, char empty) = _console.Profile.Capabilities.Unicode ? ('━', '─') : ('=', '-');
        (string left, string right) = (new string(full, done), new string(empty, width - done));
        return [(left + right, $"[green]{left}[/][grey]{right}[/]")];
    }

    private string Numbers(StepRecord record)
    {
        // how many there were, while steps are numbered from 0
        string of = _steps is { } steps ? string.Create(CultureInfo.InvariantCulture, $"/{steps}") : string.Empty;
        string validation = record.Validation is { } measured ? string.Create(CultureInfo.InvariantCulture, $"  validation {measured:G5}") : string.Empty;
        string best = _best is { Validation: { } judged, Step: var step }
            ? string.Create(CultureInfo.InvariantCulture, $"  best {judged:G5} at step {step}") : string.Empty;
        return string.Create(CultureInfo.InvariantCulture,
            $"{record.Step + 1}{of} steps  value {record.Value:G6}{validation}  |gradient| {record.GradientNorm:G3}{best}");
    }

    private (string Plain, string Markup)[] Left(StepRecord record)
    {
        // a run that was resumed begins with another step than 0
        _first ??= record;
        if (_steps is not { } steps || record.Step <= _first.Step || record.Step + 1 >= steps)
        {
            return [];
        }

        double seconds = (record.Elapsed - _first.Elapsed).TotalSeconds / (record.Step - _first.Step) * (steps - record.Step - 1);
        return seconds > 0 && seconds < TimeSpan.MaxValue.TotalSeconds ? [Same($"{Short(TimeSpan.FromSeconds(seconds))} left")] : [];
    }

    private static string Short(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:D2}");

    /// <inheritdoc/>
    public override string ToString() => "steps told on the console";
}
