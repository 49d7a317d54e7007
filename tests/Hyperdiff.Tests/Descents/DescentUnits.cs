using System.Reflection;
using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Descents;

/// <summary>The units of F, f, λ and w as powers of two, and a quadratic bilevel problem in them, with every descent whose numbers have the units that their
/// documentation says.</summary>
/// <param name="Outer">Of F.</param>
/// <param name="Inner">Of f.</param>
/// <param name="Hyper">Of λ.</param>
/// <param name="State">Of w.</param>
internal sealed record DescentUnits(int Outer, int Inner, int Hyper, int State)
{
    private const double Plain = 0.4;

    private static readonly QuadraticBilevel s_problem = QuadraticBilevel.Of(12);

    public static DescentUnits None { get; } = new(0, 0, 0, 0);

    /// <summary>λ*, in its plain unit.</summary>
    public static double[] Optimum { get; } = [.. s_problem.Optimum()];

    /// <summary>Those that compare F with f, and say so: they have a law only where both change their units.</summary>
    public static string[] OfBothObjectives { get; } = [nameof(Descent.Pbgd), nameof(Descent.Bvfsm)];

    /// <summary>Those that move w and λ by one rate.</summary>
    public static string[] OfBothVectors { get; } = [nameof(Descent.Bome)];

    /// <summary>Those that do not settle, or break down where they would: their residual has no end.</summary>
    public static string[] WithoutAnEnd { get; } = [nameof(Descent.Bome), nameof(Descent.Iga)];

    /// <summary>The name of every factory.</summary>
    public static string[] Factories { get; } = [.. typeof(Descent).GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => typeof(Descent).IsAssignableFrom(method.ReturnType) && !method.IsGenericMethod).Select(method => method.Name)];

    /// <summary>The unit of one thing, 2ᵏ, and of all that a method cannot tell from it.</summary>
    public static DescentUnits Of(string what, int k, string method) => what switch
    {
        "F" => new(k, OfBothObjectives.Contains(method) ? k : 0, 0, 0),
        "f" => new(OfBothObjectives.Contains(method) ? k : 0, k, 0, 0),
        "λ" => new(0, 0, k, OfBothVectors.Contains(method) ? k : 0),
        "w" => new(0, 0, OfBothVectors.Contains(method) ? k : 0, k),
        _ => throw new ArgumentException("no such unit", nameof(what)),
    };

    public Objective<Tensor, Tensor> InnerObjective(DType type) => Objective(s_problem.InnerValue, Inner, type);

    public Objective<Tensor, Tensor> OuterObjective(DType type) => Objective(s_problem.OuterValue, Outer, type);

    public Tensor Start(DType type, double plain = 0) => (Math.ScaleB(1, State) * (s_problem.Start + plain)).To(type);

    public Tensor At(DType type, Tensor? plain = null) => (Math.ScaleB(1, Hyper) * (plain ?? s_problem.Hyper).To(DType.Float64)).To(type);

    /// <summary>λ in its plain unit.</summary>
    public double[] Unscaled(Tensor hyper) => [.. hyper.To(DType.Float64).ToArray<double>().Select(number => Math.ScaleB(number, -Hyper))];

    /// <summary>A descent by its factory.</summary>
    public Descent Method(string factory)
    {
        (double rho, double gamma) = (Math.ScaleB(Plain, (2 * State) - Inner), Math.ScaleB(0.1, (2 * Hyper) - Outer));
        double multiplier = Math.ScaleB(4, Outer - Inner), penalty = Math.ScaleB(4, Outer + (2 * State) - (2 * Inner)), taken = Math.Min(1, 1 / penalty);
        return factory switch
        {
            nameof(Descent.Soba) => Descent.Soba(rho, gamma),
            nameof(Descent.Saba) => Descent.Saba(rho, gamma),
            nameof(Descent.Amigo) => Descent.Amigo(rho, 3, 3, gamma),
            nameof(Descent.StocBio) => Descent.StocBio(rho, 3, 3, gamma),
            nameof(Descent.Ttsa) => Descent.Ttsa(rho, gamma, HessianSeries.Truncated(4, rho)),
            nameof(Descent.Sustain) => Descent.Sustain(rho, gamma, 0.5, HessianSeries.Truncated(4, rho)),
            nameof(Descent.DualMultiplier) => Descent.DualMultiplier(rho, gamma),
            nameof(Descent.F2sa) => Descent.F2sa(rho, 5, gamma, multiplier),
            nameof(Descent.Pbgd) => Descent.Pbgd(rho, 3, Math.ScaleB(0.1, (2 * Hyper) - Inner), multiplier),
            nameof(Descent.PbgdGradientNorm) => Descent.PbgdGradientNorm(
                Math.ScaleB(0.025, (2 * State) - Outer) / taken, Math.ScaleB(0.025, (2 * Hyper) - Outer) / taken, penalty),
            nameof(Descent.Bome) => Descent.Bome(rho, 3, Math.ScaleB(0.05, (2 * Hyper) - Outer), Math.ScaleB(0.5, Outer - Inner)),
            nameof(Descent.Meha) => Descent.Meha(
                rho / 2, Math.ScaleB(0.2, (2 * Hyper) - Inner), multiplier, Math.ScaleB(1, Inner - (2 * State))),
            nameof(Descent.Bvfsm) => Descent.Bvfsm(rho, 10, gamma, Math.ScaleB(0.5, Outer), Math.ScaleB(0.1, Inner)),
            nameof(Descent.Iga) => Descent.Iga(rho, 3, gamma / 10),
            _ => throw new ArgumentException($"the units of the numbers of {factory} are not in this table", nameof(factory)),
        };
    }

    /// <summary>The descent from a start.</summary>
    public DescentSolution<Tensor, Tensor> Run(string factory, DType type, (Tensor State, Tensor Hyper)? from = null, Func<Descent, Descent>? with = null)
    {
        Descent descent = (with ?? (plain => plain))(Method(factory));
        (Objective<Tensor, Tensor> inner, Objective<Tensor, Tensor> outer) = (InnerObjective(type), OuterObjective(type));
        (Tensor start, Tensor hyper) = from ?? (Start(type), At(type));
        return descent switch
        {
            SabaDescent saba => saba.Minimize(Bilevel.Problem(FiniteSum.Of(inner), FiniteSum.Of(outer)), start, hyper),
            StochasticDescent stochastic => stochastic.Minimize(Bilevel.Problem(inner, outer), start, hyper),
            _ => ((ExactDescent)descent).Minimize(Bilevel.Problem(inner, outer), start, hyper),
        };
    }

    // computed in float64, so that nothing between leaves the range
    private Objective<Tensor, Tensor> Objective(Func<Tensor, Tensor, Tensor> value, int unit, DType type)
    {
        (double scale, double state, double hyper) = (Math.ScaleB(1, unit), Math.ScaleB(1, -State), Math.ScaleB(1, -Hyper));
        return Hyperdiff.Objective.From<Tensor, Tensor>((w, h) => (scale * value(state * w.To(DType.Float64), hyper * h.To(DType.Float64))).To(type));
    }
}
