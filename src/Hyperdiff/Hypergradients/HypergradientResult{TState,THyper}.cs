using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Hyperdiff;

/// <summary>A hypergradient with its evidence: the parts it is the sum of, and how each solve that it rests on ended.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public abstract class HypergradientResult<TState, THyper>
{
    private readonly (FlatTree<THyper> Direct, FlatTree<THyper> Indirect) _parts;
    private readonly FlatTree<THyper> _gradient;

    private protected HypergradientResult(HypergradientParts<TState, THyper> parts)
    {
        Value = parts.Value;
        State = parts.State;
        Direct = parts.Direct;
        Indirect = parts.Indirect;
        InnerReport = parts.InnerReport;
        Warnings = parts.Warnings;
        _parts = (new FlatTree<THyper>(parts.HyperTree, Direct, "λ"), new FlatTree<THyper>(parts.HyperTree, Indirect, "λ"));
        Gradient = _parts.Direct.Rebuild(
            [.. _parts.Direct.Leaves.Select((leaf, i) => leaf.IsActive ? Sum(leaf.Value, _parts.Indirect.Tensors[i]) : leaf.Value)]);
        _gradient = new FlatTree<THyper>(parts.HyperTree, Gradient, "λ");
    }

    /// <summary>F(w, λ) at the state that was reached.</summary>
    public double Value { get; }

    /// <summary>∇ℓ(λ) = ∇_λF + (∂w*/∂λ)ᵀ ∇_wF, with the structure of λ; zeros for frozen leaves.</summary>
    public THyper Gradient { get; }

    /// <summary>The direct part, h = ∇_λF.</summary>
    public THyper Direct { get; }

    /// <summary>The indirect part, through the inner solution.</summary>
    public THyper Indirect { get; }

    /// <summary>The inner state at which all of this holds.</summary>
    public TState State { get; }

    /// <summary>How the inner problem was solved.</summary>
    public SolveReport InnerReport { get; }

    /// <summary>What the user should know.</summary>
    public ImmutableArray<HypergradientWarning> Warnings { get; }

    /// <summary>All solves that the gradient rests on.</summary>
    public abstract ImmutableArray<SolveReport> Reports { get; }

    /// <summary>Whether all of them converged, and the gradient is finite.</summary>
    public bool Converged => Reports.All(report => report.Converged) && IsFinite;

    /// <summary>Whether the gradient and the outer objective are finite.</summary>
    internal bool IsFinite => AreFinite(_gradient) && double.IsFinite(Value);

    /// <summary>‖∇ℓ‖, over the whole structure.</summary>
    internal double GradientNorm => ActiveGradient.Norm().ToScalar();

    /// <summary>The active leaves of ∇ℓ.</summary>
    private protected LeafVector ActiveGradient =>
        new LeafVector([.. _parts.Direct.Active.Select(i => _parts.Direct.Tensors[i])])
            + new LeafVector([.. _parts.Indirect.Active.Select(i => _parts.Indirect.Tensors[i])]);

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

    private static bool AreFinite(FlatTree<THyper> part) => new LeafVector([.. part.Active.Select(i => part.Tensors[i])]).IsFinite();

    private static double Norm(FlatTree<THyper> part) => new LeafVector([.. part.Active.Select(i => part.Tensors[i])]).Norm().ToScalar();
}
