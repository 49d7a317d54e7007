namespace Hyperdiff.Generators.IntegrationTests;

/// <summary>Methods over tensors that take numbers as data, in every place where a number meets a tensor.</summary>
public static partial class NumbersBesideTensors
{
    [InnerObjective]
    public static Tensor Operators(Tensor w, Tensor h, double rate) => ((rate * w * w / 2) + ((1 - rate) * h) - (w / rate) - (rate / (w + 1))).Sum();

    [InnerObjective]
    public static Tensor Assignments(Tensor w, Tensor h, double rate)
    {
        Tensor x = w;
        x *= rate;
        x += 1 - rate;
        x -= rate;
        x /= rate + 1;
        return (x * h).Sum();
    }

    [InnerObjective]
    public static Tensor Functions(Tensor w, Tensor h, double p) => (w.Pow(p) * h).Sum() + (w.Maximum(p) * w.Minimum(p * 2) + w.Mod(p)).Sum();

    [InnerObjective]
    public static Tensor Choices(Tensor w, Tensor h, double p) =>
        (Tensor.Where(w > p, w * p, p - w) + Tensor.Where(p <= h, p, w) + Tensor.Where(w.Equal(p), h, p)).Sum();

    // names of its own that what is generated could hide
    [InnerObjective]
    public static Tensor Names(Tensor w, Tensor h, double p)
    {
        Tensor tensor = w * 2, scalar = h + 1;
        double number = p + 1;
        return Tensor.Where(tensor > scalar, number, h * tensor).Sum() + (number * tensor * (number * scalar)).Sum();
    }

    [InnerObjective]
    public static Tensor Branches(Tensor w, Tensor h, double p)
    {
        double q = p > 0.5 ? p * p : 1;
        Tensor x = q * w;
        for (int i = 0; i < 3; i++)
        {
            if (i * p > 0.5)
            {
                x += p * h;
            }
        }

        return x.Square().Sum();
    }

    [InnerObjective]
    public static Tensor Nested(Tensor w, Tensor h, double rate) => (Diff.Grad((Tensor v) => (rate * v * v * v).Sum(), w) * h).Sum();

    [InnerObjective]
    public static Tensor Pulled(Tensor w, Tensor h, double rate)
    {
        (Tensor y, Tensor g) = Diff.Vjp((Tensor v) => v * v * rate, w, h);
        return rate * (g + y).Sum();
    }

    [InnerObjective]
    public static Tensor Steps(Tensor w, Tensor h, double rate) => Loop.Iterate(
        3,
        x =>
        {
            double r = rate > 0.2 ? rate * rate : rate;
            Tensor d = (x * x) - h;
            return x - (r * d);
        },
        w).Sum();

    [InnerObjective]
    public static Tensor Solved(Tensor w, Tensor h, double rate) => FixedPoint.Of(
        FixedPointMap.From<Tensor, Tensor>((x, a) => (a * rate) + (0.3 * x.Sin())).SolvedBy(FixedPoint.Iteration(1e-6)), w, w * h).Sum();

    [FixedPointMap]
    public static Tensor Step(Tensor w, Tensor h, double rate) => w - (rate * (w - h));
}
