namespace Hyperdiff.Testing;

/// <summary>Loops, checkpoints and functions with rules of their own: their values, derivatives of every order and batches.</summary>
internal static class LoopConformance
{
    private static readonly Tensor s_start = Tensor.From([0.3, -0.2]);
    private static readonly Tensor s_matrix = Tensor.From(new double[,] { { 0.4, -0.3 }, { 0.2, 0.5 } });
    private static readonly Tensor s_inputs = Tensor.From(new double[,] { { 0.1, 0.7 }, { -0.4, 0.2 }, { 0.6, -0.5 }, { 0.3, 0.9 }, { -0.8, 0.1 } });
    private static readonly Tensor s_batch = Tensor.From(new double[,] { { 0.3, -0.2 }, { 0.8, 0.4 }, { -0.5, 0.1 } });

    /// <summary>The cases.</summary>
    public static IEnumerable<ConformanceCase> Cases() => Programs().Select(program => program.In("loops"));

    private static IEnumerable<SampleProgram> Programs()
    {
        foreach ((string kept, Checkpointing? checkpointing) in new (string, Checkpointing?)[]
        {
            ("every residual", null), ("every iterate", Checkpointing.Every(1)), ("every second iterate", Checkpointing.Every(2)), ("what a budget allows",
                Checkpointing.Budget(64)),
        })
        {
            Tensor Iterated(Tensor start, Tensor matrix) => Loop.Iterate(6, c => matrix.MatMul(c).Tanh() + (0.1 * c), start, checkpointing: checkpointing);
            Tensor Scanned(Tensor start, Tensor matrix, Tensor inputs, bool reverse)
            {
                (Tensor carry, Tensor outputs) = Loop.Scan(
                    (Tensor c, Tensor x) => ((matrix.MatMul(c) + x).Tanh(), c * x), start, inputs, checkpointing: checkpointing, reverse: reverse);
                return carry.Sum() + (0.5 * outputs.Square().Sum());
            }

            yield return Of($"a number of steps, keeping {kept}", x => [Iterated(x[0], x[1])], s_start, s_matrix);
            yield return Of($"the gradient through a number of steps, keeping {kept}",
                x => [Diff.Grad(m => Iterated(x[0], m).Square().Sum(), x[1]), Diff.Grad(c => Iterated(c, x[1]).Square().Sum(), x[0])], s_start, s_matrix);
            yield return Of($"a scan and its gradients, keeping {kept}",
                x => [Scanned(x[0], x[1], x[2], false), Diff.Grad(m => Scanned(x[0], m, x[2], false), x[1]),
                    Diff.Grad(i => Scanned(x[0], x[1], i, false), x[2])],
                s_start, s_matrix, s_inputs);
            yield return Of($"a scan backwards and its gradients, keeping {kept}",
                x => [Scanned(x[0], x[1], x[2], true), Diff.Grad(m => Scanned(x[0], m, x[2], true), x[1])], s_start, s_matrix, s_inputs);
            yield return Of($"a product with the Hessian through steps, keeping {kept}",
                x => [Diff.Hvp(m => Iterated(x[0], m).Square().Sum(), x[1], x[1])], s_start, s_matrix);
            yield return Of($"a batch of loops, keeping {kept}",
                x => [Diff.Vmap((Tensor c) => Iterated(c, x[1]), x[0]), Diff.Vmap((Tensor c) => Diff.Grad(m => Iterated(c, m).Sum(), x[1]), x[0])], s_batch,
                s_matrix);
        }

        yield return Of("no steps", x => [Loop.Iterate(0, c => 2 * c, x[0]), Loop.Iterate(1, c => 2 * c, x[0])], s_start);
        yield return Of("a bounded loop", x => { (Tensor c, Tensor steps) = Grown(x[0]); return [c, steps]; }, s_start);
        yield return Of("a bounded loop without a step", x => { (Tensor c, Tensor steps) = Grown(x[0] + 9); return [c, steps]; }, s_start);
        yield return Of("derivatives of a bounded loop", x => [Diff.Grad(c => Grown(c).Carry.Square().Sum(), x[0]),
            Diff.Jvp(c => Grown(c).Carry, x[0], x[0]).Tangent, Diff.Hvp(c => Grown(c).Carry.Sin().Sum(), x[0], x[0])], s_start);
        yield return Of("a batch of bounded loops, of which each stops by itself", x => [Diff.Vmap((Tensor c) => Grown(c).Carry, x[0]),
            Diff.Vmap((Tensor c) => Grown(c).Steps, x[0]), Diff.Vmap((Tensor c) => Diff.Grad(a => Grown(a).Carry.Sum(), c), x[0])], s_batch);
        yield return Of("a loop within a loop",
            x => [Diff.Grad(c => Loop.Iterate(3, a => Loop.Iterate(2, b => b.Sin() + (0.1 * a), a), c).Sum(), x[0])], s_start);
        yield return Of("a checkpoint", x =>
        {
            Func<Tensor, Tensor> f = Diff.Checkpoint((Tensor a) => (x[1].MatMul(a).Tanh() * a).Exp());
            return [f(x[0]), Diff.Grad(a => f(a).Sum(), x[0]), Diff.Hvp(a => f(a).Sum(), x[0], x[0])];
        }, s_start, s_matrix);
        yield return Of("a tangent rule of one's own", x =>
        {
            Func<Tensor, Tensor> f = Diff.CustomTangent((Tensor a) => a.Sin(), (a, da) => 3 * a.Cos() * da);
            return [f(x[0]), Diff.Grad(a => f(a).Sum(), x[0]), Diff.Jvp(f, x[0], x[0]).Tangent, Diff.Vmap(f, x[1])];
        }, s_start, s_batch);
        yield return Of("derivatives of every kind", x =>
        {
            Tensor F(Tensor a) => (x[1].MatMul(a).Tanh() * a.Exp()).Sum();
            return [Diff.Grad(F, x[0]), Diff.Hessian(F, x[0]), Diff.Jacobian(a => x[1].MatMul(a).Sin(), x[0]),
                Diff.Grad(a => Diff.Grad(F, a).Square().Sum(), x[0]), Diff.Vmap((Tensor a) => Diff.Grad(F, a), x[2])];
        }, s_start, s_matrix, s_batch);
        yield return Of("host numbers beside tensors of the backend",
            x => [(x[0] * Tensor.From([2.0, 3]).To(x[0].DType)) + (x[0].Sum() * 0.5), 2 / x[0]], s_start);
    }

    private static (Tensor Carry, Tensor Steps) Grown(Tensor start) => Loop.While(c => c.Sum() < 3, c => (1.4 * c) + (0.1 * c.Sin()) + 0.2, start, 40);

    private static SampleProgram Of(string name, Func<Tensor[], Tensor[]> function, params Tensor[] operands) =>
        new(name, Closeness.Accumulated, function, operands);
}
