using System.Globalization;

namespace Gallery;

/// <summary>Where on an ellipse a body is: the mean anomaly, in radians, and the eccentricity.</summary>
public readonly record struct Orbit(double M, double Eccentricity);

/// <summary>A gas A₂ ⇌ 2 A: the equilibrium constant and the total pressure, in the same unit.</summary>
public readonly record struct Gas(double K, double Pressure);

/// <summary>Two firms with the price <c>a − q₁ − q₂</c> and costs per piece.</summary>
public readonly record struct Market(double A, double Cost1, double Cost2);

/// <summary>What two firms produce.</summary>
public readonly record struct Quantities(double First, double Second);

/// <summary>Equilibria in plain numbers: nothing here knows of tensors.</summary>
public static partial class Equilibria
{
    /// <summary>Kepler's equation, <c>E = M + e sin E</c>.</summary>
    [FixedPointMap]
    static double Kepler(double anomaly, Orbit o) => o.M + (o.Eccentricity * Math.Sin(anomaly));

    /// <summary>The law of mass action for the part ξ that is dissociated: <c>4 ξ² p = K (1 − ξ²)</c>.</summary>
    [RootCondition]
    static double MassAction(double part, Gas g) => (4 * part * part * g.Pressure) - (g.K * (1 - (part * part)));

    /// <summary>Each firm's best answer to the other: Cournot's duopoly.</summary>
    [FixedPointMap]
    static Quantities BestAnswers(Quantities q, Market m) =>
        new(Math.Max(0, (m.A - m.Cost1 - q.Second) / 2), Math.Max(0, (m.A - m.Cost2 - q.First) / 2));

    /// <summary>What the first firm earns.</summary>
    [OuterObjective]
    static double Profit(Quantities q, Market m) => (m.A - q.First - q.Second - m.Cost1) * q.First;
}

/// <summary>Solves three equilibria and compares their derivatives with those in closed form.</summary>
internal static class NumbersJob
{
    public static GalleryJob Job { get; } = new("numbers", "Kepler's equation, a chemical equilibrium and a Nash equilibrium, in plain numbers", Run);

    private static Claim Run(Setting setting)
    {
        // the derivative is as accurate as the solution, 4e-11 relative by default, times what it is conditioned by
        const double Allowed = 1e-8;
        double largest = 0;

        var orbit = new Orbit(0.5, 0.3);
        double anomaly = Equilibria.KeplerMap.Solve(1.0, orbit).EnsureConverged();
        Orbit slope = Equilibria.KeplerMap.Gradient(anomaly, orbit);
        double along = 1 - (orbit.Eccentricity * Math.Cos(anomaly));
        Compare("Kepler, dE/dM", slope.M, 1 / along);
        Compare("Kepler, dE/de", slope.Eccentricity, Math.Sin(anomaly) / along);

        var gas = new Gas(0.15, 1);
        double part = Equilibria.MassActionCondition.SolvedBy(Root.Newton()).Solve(0.5, gas).EnsureConverged();
        Gas change = Equilibria.MassActionCondition.Gradient(part, gas);
        double denominator = gas.K + (4 * gas.Pressure);
        Compare("dissociated part", part, Math.Sqrt(gas.K / denominator));
        Compare("its change with K", change.K, 2 * gas.Pressure / (part * denominator * denominator));
        Compare("its change with p", change.Pressure, -2 * gas.K / (part * denominator * denominator));

        var market = new Market(10, 1, 2);
        var game = Bilevel.Problem(Equilibria.BestAnswersMap.SolvedBy(FixedPoint.Iteration()), Equilibria.ProfitObjective);
        var profit = Hypergradient.Implicit().Compute(game, new Quantities(1, 1), market);
        profit.EnsureConverged();
        double first = (market.A - (2 * market.Cost1) + market.Cost2) / 3;
        Compare("Cournot, first quantity", profit.State.First, first);
        Compare("profit's change with the other's cost", profit.Gradient.Cost2, 2 * first / 3);
        Compare("profit's change with its own cost", profit.Gradient.Cost1, -4 * first / 3);
        return new Claim(string.Create(CultureInfo.InvariantCulture, $"eight numbers differ from closed forms by {largest:0e-0} relative at the most"),
            largest < Allowed);

        void Compare(string what, double value, double exact)
        {
            largest = Math.Max(largest, Math.Abs(value - exact) / Math.Abs(exact));
            setting.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-40}{value,18:F12}{exact,18:F12}"));
        }
    }
}
