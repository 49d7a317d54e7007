using System.Collections.Immutable;
using System.Globalization;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Steps through a loop: the carry lies in two sets of memory by turns, so that steps allocate nothing that grows with their number.</summary>
internal sealed class LoopRun
{
    private readonly IExecutable _step;
    private readonly Graph _body;
    private readonly int _carries;
    private readonly Tensor[] _operands;
    private readonly Tensor[] _results;
    private readonly Tensor[][] _memory;
    private readonly Dictionary<string, (ItemReport Report, int Step)> _worst = [];
    private int _turn;
    private int _steps;

    /// <summary>A loop at its start.</summary>
    /// <param name="body">From carries, slices and constants to carries and outputs.</param>
    /// <param name="backend">Runs it.</param>
    /// <param name="carries">The first carry.</param>
    /// <param name="slices">How many slices every step gets.</param>
    /// <param name="constants">The constants.</param>
    public LoopRun(Graph body, IBackend backend, ReadOnlySpan<Tensor> carries, int slices, ReadOnlySpan<Tensor> constants)
    {
        (_body, _step, _carries) = (body, body.Executable(backend), carries.Length);
        _operands = [.. carries, .. new Tensor[slices], .. constants];
        _results = [.. new Tensor[body.Outputs.Length], .. body.Reports.Select(report => HostMemory.Allocate(report.Value.Type))];
        Tensor[] memory() => [.. body.Outputs.Take(_carries).Select(carry => backend.Allocate(carry.Type))];
        _memory = [memory(), memory()];
    }

    /// <summary>The carry after the last step.</summary>
    public ReadOnlySpan<Tensor> Carry => _operands.AsSpan(0, _carries);

    /// <summary>The same, where no step follows.</summary>
    public Tensor[] End => Array.ConvertAll(_operands[.._carries], Placement.Finished);

    /// <summary>What stepping takes of memory beyond the operands and the stacked outputs: a second set of carries, and the plan of a step.</summary>
    public static long WorkingBytes(Graph body, int carries, IBackend backend) =>
        body.Outputs.Take(carries).Sum(output => output.Type.Bytes)
            + Math.Max(0, body.Executable(backend).PeakBytes - body.Outputs.Sum(output => output.Type.Bytes));

    /// <summary>Runs a step.</summary>
    /// <param name="slices">Its slices.</param>
    /// <param name="outputs">Where its outputs go.</param>
    /// <exception cref="SolveException">There is no run around, and a solve within the step did not converge.</exception>
    public void Step(ReadOnlySpan<Tensor> slices, ReadOnlySpan<Tensor> outputs)
    {
        Work.Step();
        slices.CopyTo(_operands.AsSpan(_carries));
        _memory[_turn].CopyTo(_results, 0);
        outputs.CopyTo(_results.AsSpan(_carries));
        using (SolvesWithin.Collection within = SolvesWithin.Collect())
        {
            _step.RunInto(_operands, _results);
            Keep(SolvesWithin.Found);
        }

        for (int i = 0; i < _body.Reports.Length; i++)
        {
            Keep(SolveReports.Items(_body.Reports[i].Solver, _results[_body.Outputs.Length + i]));
        }

        _memory[_turn].CopyTo(_operands, 0);
        _turn = 1 - _turn;
        DemandUnlessCollected();
        _steps++;
    }

    /// <summary>Runs another graph beside the steps: a condition, the primal of a way back.</summary>
    /// <exception cref="SolveException">There is no run around, and a solve within did not converge.</exception>
    public Tensor[] Beside(Graph graph, IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        (Tensor[] outputs, ImmutableArray<ItemReport> reports) = graph.RunWithItems(backend, operands);
        Keep(reports);
        DemandUnlessCollected();
        return outputs;
    }

    /// <summary>Tells of the solves within the steps: of each the worst, with its step, however many steps there were.</summary>
    /// <exception cref="SolveException">There is no run around, and one did not converge.</exception>
    public void TellOfSolves() => SolvesWithin.Tell(
        "A step of a loop",
        [.. _worst.Values.Select(worst => worst.Report.Within(string.Create(CultureInfo.InvariantCulture, $"step {worst.Step} of a loop")))]);

    private void DemandUnlessCollected()
    {
        if (!SolvesWithin.IsCollected)
        {
            TellOfSolves();
        }
    }

    // the first that did not converge; else the last whose error is unknown; else the last
    private void Keep(ImmutableArray<ItemReport> reports)
    {
        foreach (ItemReport report in reports)
        {
            bool known = _worst.TryGetValue(report.Name, out (ItemReport Report, int Step) before);
            SolveReport worst = before.Report.Report;
            if (!known || (worst.Converged && (!report.Report.Converged || report.Report.Error.IsUnknown || !worst.Error.IsUnknown)))
            {
                _worst[report.Name] = (report, _steps);
            }
        }
    }
}
