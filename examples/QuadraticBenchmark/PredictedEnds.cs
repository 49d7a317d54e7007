namespace QuadraticBenchmark;

/// <summary>Where biased methods end on a quadratic problem, in closed form: the roots of the affine conditions that their fixed points satisfy.</summary>
internal sealed class PredictedEnds(Quadratic problem)
{
    /// <summary>H⁻¹g by the first N terms of the Neumann series with rate c: h = C c Σ (I − c A)ʲ g at w*.</summary>
    public Tensor WithSeries(int terms, double rate) => Root(0, (_, h) =>
    {
        Tensor w = problem.Solution(h);
        Tensor term = problem.OuterStateGradient(w, h), sum = term;
        for (int j = 1; j < terms; j++)
        {
            term -= rate * problem.HessianProduct(term);
            sum += term;
        }

        return [problem.OuterHyperGradient(w, h) - problem.CrossProduct(rate * sum)];
    }).Hyper;

    /// <summary>F + m (f − min f).</summary>
    public Tensor WithPenalty(double m) => Penalty(m).Hyper;

    /// <summary>F + m ‖∇_wf‖².</summary>
    public Tensor WithGradientPenalty(double m) => Root(1, (w, h) =>
    {
        Tensor slope = problem.InnerStateGradient(w[0], h);
        return [problem.OuterStateGradient(w[0], h) + (2 * m * problem.HessianProduct(slope)),
            problem.OuterHyperGradient(w[0], h) + (2 * m * problem.CrossProduct(slope))];
    }).Hyper;

    /// <summary>F + c (f − min_θ (f(θ) + ½κ‖θ − w‖²)).</summary>
    public Tensor WithEnvelope(double c, double kappa) => Root(2, (w, h) =>
    [
        problem.InnerStateGradient(w[0], h) + (kappa * (w[0] - w[1])),
        (problem.OuterStateGradient(w[1], h) / c) + problem.InnerStateGradient(w[1], h) - (kappa * (w[1] - w[0])),
        (problem.OuterHyperGradient(w[1], h) / c) + problem.CrossProduct(w[1] - w[0]),
    ]).Hyper;

    /// <summary>F − τ ln(σ − (f − min f)): F + m (f − min f) with the m at which m (σ − q) = τ for the value gap q.</summary>
    public Tensor WithBarrier(double barrier, double relaxation)
    {
        const int Bisections = 100;

        // q falls as m grows, so that the left side grows
        double low = barrier / relaxation, high = 2 * low;
        while (Excess(high) < 0)
        {
            high *= 2;
        }

        for (int i = 0; i < Bisections; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Excess(middle) < 0 ? (middle, high) : (low, middle);
        }

        return WithPenalty(high);

        double Excess(double m)
        {
            (Tensor[] w, Tensor h) = Penalty(m);
            Tensor gap = w[1] - problem.Solution(h);
            return (m * (relaxation - (0.5 * gap.MatMul(problem.HessianProduct(gap)).ToScalar()))) - barrier;
        }
    }

    private (Tensor[] States, Tensor Hyper) Penalty(double m) => Root(2, (w, h) =>
    [
        problem.InnerStateGradient(w[0], h),
        (problem.OuterStateGradient(w[1], h) / m) + problem.InnerStateGradient(w[1], h),
        problem.OuterHyperGradient(w[1], h) + (m * problem.CrossProduct(w[1] - w[0])),
    ]);

    /// <summary>The root of an affine function of some w and λ.</summary>
    private (Tensor[] States, Tensor Hyper) Root(int states, Func<Tensor[], Tensor, Tensor[]> affine)
    {
        Tensor zero = Tensor.Zeros([(states * problem.States) + problem.Hypers]);
        Tensor root = -Linalg.Solve(Diff.Jacobian(Joined, zero), Joined(zero));
        return Parts(root);

        Tensor Joined(Tensor x)
        {
            (Tensor[] w, Tensor h) = Parts(x);
            return Tensor.Concat(0, affine(w, h));
        }

        (Tensor[] States, Tensor Hyper) Parts(Tensor x) =>
            ([.. Enumerable.Range(0, states).Select(i => x[(i * problem.States)..((i + 1) * problem.States)])], x[(states * problem.States)..]);
    }
}
