using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A hypergradient with its evidence: the parts it is the sum of, and how each solve that it rests on ended.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public abstract class HypergradientResult<TState, THyper> : IJsonWritten
{
    private readonly BilevelProblem<TState, THyper> _problem;
    private readonly HypergradientParts _parts;
    private readonly Tensor[] _gradient;
    private StrongBox<THyper>? _asked;
    private StrongBox<TState>? _reached;

    private protected HypergradientResult(BilevelProblem<TState, THyper> problem, HypergradientParts parts)
    {
        (_problem, _parts) = (problem, parts);
        _gradient = new Tensor[parts.Direct.Length];
        for (int i = 0; i < _gradient.Length; i++)
        {
            _gradient[i] = Sum(parts.Direct[i], parts.Indirect[i]);
        }
    }

    /// <summary>F(w, λ) at the state that was reached.</summary>
    public double Value => _parts.Value;

    /// <summary>∇ℓ(λ) = ∇_λF + (∂w*/∂λ)ᵀ ∇_wF, with the structure of λ; zeros for frozen leaves.</summary>
    public THyper Gradient => (_asked ??= new StrongBox<THyper>(LikeHyper(_gradient))).Value!;

    /// <summary>The direct part, h = ∇_λF.</summary>
    public THyper Direct => LikeHyper(_parts.Direct);

    /// <summary>The indirect part, through the inner solution.</summary>
    public THyper Indirect => LikeHyper(_parts.Indirect);

    /// <summary>The inner state at which all of this holds.</summary>
    public TState State => (_reached ??= new StrongBox<TState>(_problem.StateOf(_parts.Point.State))).Value!;

    /// <summary>What a computation at other hyperparameters goes on from besides the state, by <c>new() { WarmStart = g.WarmStart }</c>; null if
    /// nothing.</summary>
    public WarmStart? WarmStart => _parts.WarmStart;

    /// <summary>How the inner problem was solved.</summary>
    public SolveReport InnerReport => _parts.InnerReport;

    /// <summary>What the user should know.</summary>
    public ImmutableArray<HypergradientWarning> Warnings => _parts.Warnings;

    /// <summary>All solves that the gradient rests on.</summary>
    public abstract ImmutableArray<SolveReport> Reports { get; }

    /// <summary>Whether all of them converged, and the gradient is finite.</summary>
    public bool Converged => Reports.All(report => report.Converged) && IsFinite;

    /// <summary>Whether the gradient and the outer objective are finite.</summary>
    internal bool IsFinite => new LeafVector(_gradient).IsFinite() && double.IsFinite(Value);

    /// <summary>Whether the state is finite, so that another solve may begin there.</summary>
    internal bool StateIsFinite => new LeafVector(_parts.Point.State.ActiveTensors).IsFinite();

    /// <summary>‖∇ℓ‖, over the whole structure.</summary>
    internal double GradientNorm => ActiveGradient.Magnitude();

    /// <summary>The active leaves of ∇ℓ.</summary>
    private protected LeafVector ActiveGradient => _gradient;

    /// <summary>Active leaves with the structure of λ.</summary>
    private protected THyper LikeHyper(Tensor[] active) => ((FlatTree<THyper>)_parts.Point.Hyper).RebuildActive(active);

    /// <summary>Active leaves with the structure of w.</summary>
    private protected TState LikeState(Tensor[] active) => _problem.LikeState(_parts.Point.State, active);

    /// <summary>The gradient, if it <see cref="Converged"/>; otherwise the table of <see cref="ToString"/> is thrown.</summary>
    /// <exception cref="SolveException">A solve did not converge, or a number is not finite.</exception>
    public THyper EnsureConverged() => Converged ? Gradient : throw new SolveException($"This hypergradient is not to be trusted.\n{this}", Reports);

    /// <summary>A table: value, norms of the parts, one line per solve, warnings.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"outer objective     {Value:G10}");
        text.AppendLine(CultureInfo.InvariantCulture, $"|direct part|       {Norm(_parts.Direct):G6}");
        text.AppendLine(CultureInfo.InvariantCulture, $"|indirect part|     {Norm(_parts.Indirect):G6}");
        foreach (SolveReport report in Reports)
        {
            text.AppendLine(report.ToString());
        }

        foreach (HypergradientWarning warning in Warnings)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"warning {warning}");
        }

        return text.ToString().TrimEnd();
    }

    // most outer objectives do not depend on λ: their zeros need no memory, and are not worth a copy
    private static Tensor Sum(Tensor direct, Tensor indirect) => direct.Storage is UniformStorage { Value: 0 } ? indirect : direct + indirect;

    private static double Norm(LeafVector part) => part.Magnitude();

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteDouble("value", Value);
        writer.WriteDouble("gradientNorm", GradientNorm);
        writer.WriteBoolean("converged", Converged);
        writer.WriteEach("gradient", ((FlatTree<THyper>)_parts.Point.Hyper).LikeGradient(_gradient).Leaves);
        writer.WriteEach("reports", Reports);
        writer.WriteEach("warnings", Warnings);
        writer.WriteEndObject();
    }
}
