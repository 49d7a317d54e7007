using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A rule that turns a gradient into a step, as an immutable value. Its state is a value too: nothing is remembered elsewhere.</summary>
/// <remarks>
/// Every number of a rule is a <see cref="Schedule"/>: a plain number, a tensor, or a function of the steps taken. Steps are made of tensor operations only, so
/// that they can be differentiated in the parameters, the gradient, the memory and the rule's own numbers, bias correction included; inside a transformation
/// too (<see cref="Dynamics{TState, THyper}"/>). The derivative of √s at s = 0 is 0 by convention: a leaf whose gradients were all zero has finite derivatives.
/// </remarks>
public abstract partial record Optimizer
{
    private protected Optimizer()
    {
    }

    /// <summary>Gradient descent, with momentum if one is given.</summary>
    /// <remarks>
    /// <code>
    /// m ← μ m + (1 − τ) g   (m ← μ m + g at the first step),   x ← x − η m
    /// </code>
    /// Without momentum <c>x ← x − η g</c>, and nothing is remembered. As PyTorch's SGD: dampening begins with the second step. The velocity is free of η: a
    /// schedule scales old gradients as well as new ones, unlike in <see cref="Optimizer.HeavyBall"/>. Source: Robbins and Monro (1951), "A stochastic
    /// approximation method", doi:10.1214/aoms/1177729586; momentum: Polyak (1964), "Some methods of speeding up the convergence of iteration methods",
    /// doi:10.1016/0041-5553(64)90137-5, equation (9), with m = (x₋ − x)/η.
    /// </remarks>
    /// <param name="rate">η, in the unit parameter² per loss.</param>
    /// <param name="momentum">μ, in [0, 1); none if absent.</param>
    /// <param name="dampening">τ, in [0, 1): the part of later gradients that momentum leaves out; none if absent.</param>
    /// <param name="weightDecay">ω: adds ω x to the gradient, as a penalty ½ω‖x‖² would; none if absent.</param>
    public static Optimizer Sgd(Schedule rate, Schedule? momentum = null, Schedule? dampening = null, Schedule? weightDecay = null) =>
        Decayed(new SgdOptimizer(Schedule.Positive(rate, nameof(rate)), Schedule.Fraction(momentum ?? 0, nameof(momentum)),
            Schedule.Fraction(dampening ?? 0, nameof(dampening))), weightDecay);

    /// <summary>The heavy ball.</summary>
    /// <remarks>
    /// <code>
    /// v ← μ v − η g,   x ← x + v,        that is   x⁺ = x − η g + μ (x − x₋)
    /// </code>
    /// v is the last step, and 0 at first. On a quadratic with curvature between μ_f and L the error falls by (√κ − 1)/(√κ + 1) per step at the best η and μ.
    /// Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods", doi:10.1016/0041-5553(64)90137-5, equation (9).
    /// </remarks>
    /// <param name="rate">η, in the unit parameter² per loss.</param>
    /// <param name="momentum">μ, in [0, 1).</param>
    public static Optimizer HeavyBall(Schedule rate, Schedule momentum)
    {
        ArgumentNullException.ThrowIfNull(momentum);
        return new HeavyBallOptimizer(Schedule.Positive(rate, nameof(rate)), Schedule.Fraction(momentum ?? 0, nameof(momentum)));
    }

    /// <summary>Nesterov's accelerated gradient.</summary>
    /// <remarks>
    /// <code>
    /// m ← μ m + g,   x ← x − η (g + μ m)
    /// </code>
    /// The parameters are those at which the gradient is taken. Source: Nesterov (1983), "A method of solving a convex programming problem with convergence
    /// rate O(1/k²)"; in this form Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning", equations (3) and (4), after
    /// the change of variables that PyTorch uses.
    /// </remarks>
    /// <param name="rate">η, in the unit parameter² per loss.</param>
    /// <param name="momentum">μ, in [0, 1).</param>
    /// <param name="weightDecay">ω: adds ω x to the gradient; none if absent.</param>
    public static Optimizer Nesterov(Schedule rate, Schedule momentum, Schedule? weightDecay = null)
    {
        ArgumentNullException.ThrowIfNull(momentum);
        return Decayed(new NesterovOptimizer(Schedule.Positive(rate, nameof(rate)), Schedule.Fraction(momentum ?? 0, nameof(momentum))), weightDecay);
    }

    /// <summary>Adam.</summary>
    /// <remarks>
    /// <code>
    /// m ← β₁ m + (1 − β₁) g,   s ← β₂ s + (1 − β₂) g²,   x ← x − η · m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε)
    /// </code>
    /// t counts this step. Remembered are m and √s, so that gradients of any size make the same steps, in their unit. The bias correction is that of a constant
    /// β, and uses the present one if β changes. Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization", arXiv:1412.6980, algorithm 1.
    /// </remarks>
    /// <param name="rate">η, in the unit of the parameters: the size of the first steps; 0.001 if absent.</param>
    /// <param name="beta1">The decay of the mean of the gradients, in [0, 1); 0.9 if absent.</param>
    /// <param name="beta2">The decay of the mean of their squares, in [0, 1); 0.999 if absent.</param>
    /// <param name="epsilon">Keeps the denominator from zero, in the unit of the gradient; 1e-8 if absent.</param>
    /// <param name="weightDecay">ω: adds ω x to the gradient; none if absent.</param>
    public static Optimizer Adam(Schedule? rate = null, Schedule? beta1 = null, Schedule? beta2 = null, Schedule? epsilon = null,
        Schedule? weightDecay = null) => Decayed(
        new AdamOptimizer(
            Schedule.Positive(rate ?? 1e-3, nameof(rate)),
            Schedule.Fraction(beta1 ?? 0.9, nameof(beta1)),
            Schedule.Fraction(beta2 ?? 0.999, nameof(beta2)),
            Schedule.NonNegative(epsilon ?? 1e-8, nameof(epsilon))),
        weightDecay);

    /// <summary>Adam with decoupled weight decay.</summary>
    /// <remarks>Source: Loshchilov and Hutter (2019), "Decoupled weight decay regularization", arXiv:1711.05101, algorithm 2. Differs from the source, as
    /// PyTorch does, in that the decay is multiplied by the rate η.</remarks>
    /// <param name="rate">η, in the unit of the parameters; 0.001 if absent.</param>
    /// <param name="beta1">The decay of the mean of the gradients, in [0, 1); 0.9 if absent.</param>
    /// <param name="beta2">The decay of the mean of their squares, in [0, 1); 0.999 if absent.</param>
    /// <param name="epsilon">Keeps the denominator from zero, in the unit of the gradient; 1e-8 if absent.</param>
    /// <param name="weightDecay">ω, per unit of the parameters: every step shrinks x by η ω; 0.01 if absent.</param>
    public static Optimizer AdamW(Schedule? rate = null, Schedule? beta1 = null, Schedule? beta2 = null, Schedule? epsilon = null,
        Schedule? weightDecay = null) =>
        new AdamWOptimizer((AdamOptimizer)Adam(rate, beta1, beta2, epsilon), Schedule.NonNegative(weightDecay ?? 0.01, nameof(weightDecay)));

    /// <summary>RMSProp.</summary>
    /// <remarks>
    /// <code>
    /// s ← α s + (1 − α) g²,   u = g/(√s + ε),   m ← μ m + u,   x ← x − η m
    /// </code>
    /// Without momentum <c>x ← x − η u</c>, and m is not remembered. Of s, its root √s is remembered. As PyTorch's, without centering. Source: Tieleman and
    /// Hinton (2012), "Neural networks for machine learning", lecture 6.5. </remarks>
    /// <param name="rate">η, in the unit of the parameters; 0.01 if absent.</param>
    /// <param name="decay">α, the decay of the mean of the squares, in [0, 1); 0.99 if absent.</param>
    /// <param name="epsilon">Keeps the denominator from zero, in the unit of the gradient; 1e-8 if absent.</param>
    /// <param name="momentum">μ, in [0, 1); none if absent.</param>
    /// <param name="weightDecay">ω: adds ω x to the gradient; none if absent.</param>
    public static Optimizer RmsProp(Schedule? rate = null, Schedule? decay = null, Schedule? epsilon = null, Schedule? momentum = null,
        Schedule? weightDecay = null) => Decayed(
        new RmsPropOptimizer(
            Schedule.Positive(rate ?? 0.01, nameof(rate)), Schedule.Fraction(decay ?? 0.99, nameof(decay)),
            Schedule.NonNegative(epsilon ?? 1e-8, nameof(epsilon)), Schedule.Fraction(momentum ?? 0, nameof(momentum))),
        weightDecay);

    /// <summary>Adagrad.</summary>
    /// <remarks>
    /// <code>
    /// s ← s + g²,   x ← x − η g/(√s + ε)
    /// </code>
    /// Remembered is √s. Source: Duchi, Hazan and Singer (2011), "Adaptive subgradient methods for online learning and stochastic optimization", figure 1, its
    /// diagonal form. PyTorch's decay of the rate is <see cref="Schedule.InverseTime"/>.
    /// </remarks>
    /// <param name="rate">η, in the unit of the parameters; 0.01 if absent.</param>
    /// <param name="epsilon">Keeps the denominator from zero, in the unit of the gradient; 1e-10 if absent.</param>
    /// <param name="initialSum">What the sum of squares begins with, in the unit gradient²; not differentiated.</param>
    /// <param name="weightDecay">ω: adds ω x to the gradient; none if absent.</param>
    public static Optimizer Adagrad(Schedule? rate = null, Schedule? epsilon = null, double initialSum = 0, Schedule? weightDecay = null)
    {
        return Decayed(
            new AdagradOptimizer(Schedule.Positive(rate ?? 0.01, nameof(rate)), Schedule.NonNegative(epsilon ?? 1e-10, nameof(epsilon)),
                Allowed.NonNegative(initialSum)), weightDecay);
    }

    /// <summary>This rule, with every leaf projected after each step: <c>Optimizer.Adam(0.1).Projected(x => Proximal.Box(x, 0, 1))</c>.</summary>
    /// <param name="projection">P, a pure function of a leaf which keeps its shape.</param>
    public Optimizer Projected(Func<Tensor, Tensor> projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        return new ProjectedOptimizer(this, projection);
    }

    /// <summary>This rule on gradients whose norm over all leaves is at most a limit.</summary>
    /// <remarks>
    /// <code>
    /// g ← min(1, c/‖g‖) g,   then   gᵢ ← max(−b, min(b, gᵢ))
    /// </code>
    /// ‖g‖ is the norm over all active leaves together; within a group of <see cref="Optimizer.Grouped"/>, over those of the group. What is not finite stays
    /// so, and is not clipped to a number. Source of the first: Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural networks",
    /// arXiv:1211.5063, algorithm 1.
    /// </remarks>
    /// <param name="most">c, above 0, in the unit of the gradient.</param>
    public Optimizer ClippedByNorm(double most) => new ClippedOptimizer(this, Allowed.Positive(most), null);

    /// <summary>This rule on gradients whose elements are at most a limit in absolute value. See <see cref="Optimizer.ClippedByNorm"/>.</summary>
    /// <param name="most">b, above 0, in the unit of the gradient.</param>
    public Optimizer ClippedByValue(double most) => new ClippedOptimizer(this, null, Allowed.Positive(most));

    /// <summary>Rules of their own for some leaves, and this one for the rest: <c>Optimizer.Adam(0.1).Grouped(("LogRate", Optimizer.Sgd(0.01)))</c>.</summary>
    /// <param name="groups">The name of a leaf, or of a structure of them, and its rule. A name that no leaf has is refused by <see cref="Start"/>.</param>
    public Optimizer Grouped(params ReadOnlySpan<(string Leaf, Optimizer Rule)> groups) => new GroupedOptimizer(this, [.. groups]);

    /// <summary>The state before the first step.</summary>
    /// <param name="parameters">Where to start.</param>
    /// <param name="tree">How the parameters are made of tensors; looked up by type if absent.</param>
    public OptimizerState<T> Start<T>(T parameters, Tree<T>? tree = null)
    {
        tree ??= Tree.Of<T>();
        var flat = new FlatTree<T>(tree, parameters, "x");
        flat.RequireActive("Optimizer.Start");
        Require(flat.Leaves);
        var memory = new T[Slots];
        for (int slot = 0; slot < memory.Length; slot++)
        {
            memory[slot] = flat.RebuildActive(flat.Active.Select(i => Of(flat.Leaves[i].Name).Initial(slot, flat.Tensors[i])));
        }

        return new OptimizerState<T>(this, tree, parameters, [.. memory], Tensor.Full(Shape.Scalar, 0, DType.Int32));
    }

    /// <summary>The state after one more step, along a gradient at the present parameters; frozen leaves stay.</summary>
    /// <param name="state">The present state, of this rule or of one like it with other numbers.</param>
    /// <param name="gradient">The gradient g, of the structure and the shapes of the parameters.</param>
    /// <exception cref="ShapeMismatchException">A leaf of the gradient is not like that of the parameters.</exception>
    /// <exception cref="ArgumentException">The state is that of a rule which remembers something else.</exception>
    public OptimizerState<T> Next<T>(OptimizerState<T> state, T gradient)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Memory.Length != Slots)
        {
            throw new ArgumentException(
                $"Optimizer.{Rule}: the rule remembers {Slots} structures and the state has {state.Memory.Length}; begin with the Start of this rule.",
                nameof(state));
        }

        var parameters = new FlatTree<T>(state.ParameterTree, state.Parameters, "x");
        var flat = new FlatTree<T>(state.ParameterTree, gradient, "gradient");
        parameters.RequireSameLeaves(flat, "Optimizer: the gradient");
        FlatTree<T>[] memory = [.. state.Memory.Select(slot => new FlatTree<T>(state.ParameterTree, slot, "memory"))];
        Tensor[] next = OptimizerSteps.Of(this).Next(
            parameters.Leaves,
            [.. parameters.ActiveTensors, .. flat.ActiveTensors, .. memory.SelectMany(slot => parameters.ActiveOf(slot.Tensors)), state.Counter]);
        int moved = parameters.Active.Length;
        return new OptimizerState<T>(this, state.ParameterTree, Moved(parameters, 0), [.. memory.Select((slot, k) => Moved(slot, k + 1))], next[^1]);

        T Moved(FlatTree<T> tree, int part)
        {
            var leaves = (Tensor[])tree.Tensors.Clone();
            for (int k = 0; k < moved; k++)
            {
                leaves[parameters.Active[k]] = next[(part * moved) + k];
            }

            return tree.Rebuild(leaves);
        }
    }

    /// <summary>A step, leaf by leaf.</summary>
    /// <param name="leaves">The names of the leaves that move.</param>
    /// <param name="operands">Those leaves; their gradients; what is remembered of them, slot by slot; and t, the number of steps before this one.</param>
    /// <returns>The leaves, what is remembered of them, and the number of steps, after it.</returns>
    internal Tensor[] Next(string[] leaves, Tensor[] operands)
    {
        int count = leaves.Length;
        Tensor taken = operands[^1];
        Tensor[] next = [.. operands[..count], .. operands[(2 * count)..^1], Following(taken)];
        Tensor[] prepared = Prepare(leaves, operands[count..(2 * count)]);
        for (int i = 0; i < count; i++)
        {
            Optimizer rule = Of(leaves[i]);
            (next[i], Tensor[] kept) = rule.Update(
                taken, operands[i], prepared[i], [.. Enumerable.Range(0, rule.Slots).Select(slot => operands[((slot + 2) * count) + i])]);
            for (int slot = 0; slot < kept.Length; slot++)
            {
                next[((slot + 1) * count) + i] = kept[slot];
            }
        }

        return next;
    }

    /// <summary>How many structures like the parameters the rule remembers.</summary>
    internal abstract int Slots { get; }

    /// <summary>Its numbers.</summary>
    internal abstract ImmutableArray<Schedule> Schedules { get; }

    /// <summary>The functions of the caller's that it is made of, which are pure by promise.</summary>
    internal virtual ImmutableArray<Delegate> Functions => [.. Schedules.SelectMany(schedule => schedule.Functions)];

    /// <summary>The kind of rule, whatever its numbers: states of one kind go on with another one of it.</summary>
    internal virtual string Rule => GetType().Name.Replace(nameof(Optimizer), string.Empty, StringComparison.Ordinal);

    /// <summary>Throws unless the rule can move these leaves.</summary>
    internal virtual void Require(IReadOnlyList<Leaf> parameters)
    {
    }

    /// <summary>The rule for a leaf.</summary>
    internal virtual Optimizer Of(string leaf) => this;

    /// <summary>The gradients of all active leaves, before each leaf is moved along its own.</summary>
    /// <param name="leaves">Their names.</param>
    /// <param name="gradients">One per leaf.</param>
    internal virtual Tensor[] Prepare(string[] leaves, Tensor[] gradients) => gradients;

    /// <summary>What it remembers of a leaf before the first step.</summary>
    internal virtual Tensor Initial(int slot, Tensor parameter) => Tensor.ZerosLike(parameter);

    /// <summary>A leaf of the parameters and what is remembered of it, after a step.</summary>
    /// <param name="taken">t, the number of steps before this one, an <c>int32</c> scalar.</param>
    /// <param name="x">The leaf.</param>
    /// <param name="gradient">g, of the shape of the leaf.</param>
    /// <param name="memory">What is remembered, one tensor per slot.</param>
    internal abstract (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory);

    /// <summary><c>√(a r² + b g²)</c>, whose derivative where it is 0 is taken to be 0: the root of a mean or a sum of squares, remembered instead of it,
    /// since the squares of what is normal may not be so.</summary>
    /// <param name="root">r; not a number if it is negative.</param>
    /// <param name="kept">a, a scalar.</param>
    /// <param name="gradient">g, of the shape of the leaf.</param>
    /// <param name="added">b, a scalar.</param>
    private protected static Tensor RootOfSquares(Tensor root, Tensor kept, Tensor gradient, Tensor added)
    {
        // in a unit of their own, on which nothing depends
        Tensor size = Primitives.StopGradient.OfInvariant.Of(root.Maximum(gradient.Abs()));
        Tensor unit = Tensor.Where(size.Equals(0, string.Empty) | !size.IsFinite(), 1, size);
        Tensor squares = (kept.To(root.DType) * (root / unit).Square()) + (added.To(root.DType) * (gradient / unit).Square());
        Tensor zero = squares.Equals(0, nameof(Tensor.Sqrt));
        Tensor next = unit * Tensor.Where(zero, 0, Tensor.Where(zero, 1, squares).Sqrt());
        return Tensor.Where(root.Below(0, string.Empty), double.NaN, next);
    }

    // integers have no arithmetic; float64 counts to 2⁵³
    private static Tensor Following(Tensor counter) => (counter.To(DType.Float64) + 1).To(DType.Int32);

    private static Optimizer Decayed(Optimizer rule, Schedule? decay) => decay is null
        ? rule : new WeightDecayOptimizer(rule, Schedule.NonNegative(decay, "weightDecay"));
}
