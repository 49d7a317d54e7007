using System.Globalization;
using System.Text;

namespace Hyperdiff.Reports;

/// <summary>A file with a line per step, which a resumed run goes on with: a step that is in it already is written anew, with all that followed it, and a line
/// that was cut off when a run was killed is left out. What is no such file is refused, and stays as it is.</summary>
internal sealed class StepFile : IDisposable
{
    private const int MostShown = 40;

    // EAGAIN and EACCES: of POSIX, what a lock that another process holds is told by
    private const int Again = 11;
    private const int Denied = 13;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly List<(int Step, long Start)> _lines = [];
    private long _end;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="start">What every such file begins with.</param>
    /// <param name="stepOf">The step of a line; null for what is none, such as a header.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidDataException">There is a file that is something else.</exception>
    public StepFile(string path, string start, Func<string, int?> stepOf)
    {
        _path = path;
        Destination.RequireFile(path);

        // without a buffer: what could not be written would stay in it, and be tried again
        _stream = Destination.At(path, "cannot be written", () =>
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0));
        try
        {
            RequireAlone();
            Header = ReadLines(start, stepOf);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The line before those of steps; null where there is none yet.</summary>
    public string? Header { get; private set; }

    /// <summary>Whether lines of steps before this one are kept.</summary>
    public bool HasBefore(int step) => _lines.Count > 0 && _lines[0].Step < step;

    /// <summary>Writes the line of a step, after those of the steps before it.</summary>
    /// <param name="step">k.</param>
    /// <param name="line">The line, without its end.</param>
    /// <param name="header">What stands before the first line; null for nothing.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written any more; the lines before are whole.</exception>
    public void Append(int step, string line, string? header)
    {
        int kept = _lines.Count > 0 && _lines[^1].Step >= step ? _lines.FindIndex(entry => entry.Step >= step) : -1;
        if (kept >= 0)
        {
            _end = kept == 0 ? 0 : _lines[kept].Start;
            _lines.RemoveRange(kept, _lines.Count - kept);
        }

        string before = _lines.Count == 0 && header is not null ? $"{header}\n" : string.Empty;
        if (_lines.Count == 0)
        {
            (_end, Header) = (0, header);
        }

        byte[] bytes = Encoding.UTF8.GetBytes($"{before}{line}\n");
        long start = _end + Encoding.UTF8.GetByteCount(before);
        Destination.At(_path, string.Create(CultureInfo.InvariantCulture, $"step {step} could not be written"), () => Write(bytes));
        _lines.Add((step, start));
        _end += bytes.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // Windows refuses a second writer when it opens the file. Linux is asked by a range that no log comes to, which does not keep readers out; a file system
    // without locks tells nothing
    private void RequireAlone()
    {
        if (!OperatingSystem.IsLinux() || !_stream.CanSeek)
        {
            return;
        }

        try
        {
            _stream.Lock(long.MaxValue - 1, 1);
        }
        catch (IOException exception) when (exception.HResult is Again or Denied)
        {
            throw new IOException($"{_path}: another process writes this log. Choose another file, or stop that process.", exception);
        }
        catch (IOException)
        {
        }
    }

    private bool Write(byte[] bytes)
    {
        try
        {
            // a device has no length to set
            if (_stream.Length != _end)
            {
                _stream.SetLength(_end);
            }

            _stream.Position = _end;
            _stream.Write(bytes);
            return true;
        }
        catch (IOException)
        {
            // half a line is taken out as far as that is possible; a run that goes on leaves it out in any case
            Shorten();
            throw;
        }
    }

    private void Shorten()
    {
        try
        {
            _stream.SetLength(_end);
        }
        catch (IOException)
        {
            // the first failure is the one to tell of
        }
    }

    private string? ReadLines(string first, Func<string, int?> stepOf)
    {
        string? header = null;
        int number = 0;
        foreach ((string line, long start, long end) in CompleteLines())
        {
            number++;
            int? step = number > 1 || line.StartsWith(first, StringComparison.Ordinal) ? stepOf(line) : throw Foreign(number, line);
            if (number == 1 && step is null)
            {
                header = line;
            }
            else
            {
                _lines.Add((step ?? throw Foreign(number, line), start));
            }

            _end = end;
        }

        // a run that was killed within its first line leaves a part of that
        string begun = Begun((int)Math.Min(first.Length, _stream.Length));
        return number > 0 || first.StartsWith(begun, StringComparison.Ordinal) || begun.StartsWith(first, StringComparison.Ordinal)
            ? header : throw Foreign(1, begun);
    }

    private InvalidDataException Foreign(int number, string line)
    {
        string shown = line.Length > MostShown ? $"{line[..MostShown]}…" : line;
        return new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
            $"{_path}: line {number} is not that of a step ({shown}), so that this is no log of steps, and is left as it is; "
                + $"choose another file, or take it away."));
    }

    private string Begun(int length)
    {
        _stream.Position = 0;
        var bytes = new byte[length];
        return Encoding.UTF8.GetString(bytes, 0, _stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false));
    }

    private IEnumerable<(string Line, long Start, long End)> CompleteLines()
    {
        // a device has no length, and may have no end
        long length = _stream.Length;
        var buffer = new byte[1 << 16];
        var line = new List<byte>();
        long position = 0, start = 0;
        for (int read; position < length && (read = _stream.Read(buffer)) > 0;)
        {
            for (int i = 0; i < read; i++)
            {
                position++;
                if (buffer[i] != '\n')
                {
                    line.Add(buffer[i]);
                    continue;
                }

                yield return (Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r').TrimStart('\uFEFF'), start, position);
                line.Clear();
                start = position;
            }
        }
    }

    /// <summary>Where it is.</summary>
    public override string ToString() => _path;
}
