using System.Runtime.CompilerServices;

namespace Hyperdiff.Graphs;

/// <summary>A backend with memory of its own: storage, and a table of the primitives that it has kernels for. Plans, loops, solves, and what it has no kernel
/// for, are here.</summary>
/// <remarks>
/// Graphs run equation by equation, and every value is given back after its last use. What stands beside tensors of this backend is brought to it: repeated
/// scalars, and tensors in host memory, which are kept as long as they live. A primitive without a kernel is computed by the host's backend on copies, which
/// <see cref="Describe"/> tells. Derived classes must be safe for several threads.
/// </remarks>
public abstract class DeviceBackend : IBackend
{
    private readonly ConditionalWeakTable<TensorStorage, Tensor> _placed = [];

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract Tensor Allocate(TensorType type);

    /// <summary>Copies elements from the host: one transfer.</summary>
    /// <param name="elements">The elements, of any shape; not kept.</param>
    /// <exception cref="NotSupportedException">The backend has no such element type.</exception>
    protected abstract Tensor Upload(HostArray elements);

    /// <summary>A scalar, repeated; it need not take the memory of all elements.</summary>
    /// <param name="type">Element type and shape.</param>
    /// <param name="scalar">The scalar, a value of that element type; truth values are 0 and 1.</param>
    /// <exception cref="NotSupportedException">The backend has no such element type.</exception>
    protected abstract Tensor Repeat(TensorType type, double scalar);

    /// <summary>Whether there is a kernel for a primitive.</summary>
    /// <param name="primitive">An operation, or a function of matrices.</param>
    /// <param name="operands">The types of its operands.</param>
    protected abstract bool Runs(Primitive primitive, ReadOnlySpan<TensorType> operands);

    /// <summary>Runs the kernel.</summary>
    /// <param name="primitive">One that <see cref="Runs"/> says there is a kernel for.</param>
    /// <param name="operands">Tensors of this backend, of any shape that the primitive takes.</param>
    /// <returns>The results, of the types that the primitive infers. None is an operand itself: a plan releases operands and results each on its own, after
    /// their last uses.</returns>
    protected abstract Tensor[] Run(Primitive primitive, ReadOnlySpan<Tensor> operands);

    /// <summary>Whether the kernel of a primitive returns a window on memory of an operand. What is returned to callers is copied then, since they may
    /// overwrite the operand. None does by default.</summary>
    protected virtual bool SharesMemory(Primitive primitive) => false;

    /// <inheritdoc/>
    public virtual Tensor AllocateZeros(TensorType type)
    {
        Tensor memory = Allocate(type);
        memory.Overwrite(Tensor.Zeros(type.Shape, type.DType));
        return memory;
    }

    /// <inheritdoc/>
    public IExecutable Compile(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new DevicePlan(graph, this);
    }

    /// <inheritdoc/>
    public Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        return Execute(primitive, operands, HasKernel(primitive, operands));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The tensor is traced, or lies on another backend with memory of its own: it is brought to the host first,
    /// <c>tensor.To(CpuBackend.Instance)</c>.</exception>
    public Tensor Place(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        switch (tensor.Storage)
        {
            case BackendStorage { Owner: { } owner }:
                return ReferenceEquals(owner, this) ? tensor : throw new InvalidOperationException(
                    $"A tensor of type {tensor.Type} lives on {owner.Name}, and is needed on {Name}; bring it to the host first: "
                        + $"tensor.To(CpuBackend.Instance).To(backend).");
            case UniformStorage uniform:
                return Repeat(tensor.Type, uniform.Value);
            case StackedRows stacked:
                return Stack(tensor.Type, stacked);
            case HostStorage { IsReused: true }:
                return Upload(tensor.Read());
            case { HasElements: false }:
                throw new InvalidOperationException($"A traced tensor of type {tensor.Type} has no elements that could be brought to {Name}.");
            default:
                Tensor placed = _placed.GetValue(tensor.Storage, _ => Upload(tensor.Read()));

                // the same elements under another shape
                return placed.Type == tensor.Type ? placed : new Tensor(tensor.Type, placed.Storage.PartOf(placed.Type, tensor.Type, 0));
        }
    }

    /// <summary>Which operations of a graph, and of the graphs within its primitives, a plan computes on the host, for want of a kernel: one line each, with
    /// how often it stands there; empty if there is none.</summary>
    /// <param name="graph">The graph.</param>
    public string Describe(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var graphs = new Stack<Graph>([graph]);
        while (graphs.TryPop(out Graph? next))
        {
            foreach (Equation equation in next.Equations)
            {
                if (equation.Primitive.WorksOnHost && !HasKernel(equation))
                {
                    found[equation.Primitive.Name] = found.GetValueOrDefault(equation.Primitive.Name) + 1;
                }

                foreach (Graph body in equation.Primitive.Bodies)
                {
                    graphs.Push(body);
                }
            }
        }

        return string.Join(Environment.NewLine, found.Select(pair => $"{pair.Key}: on the host, by {HostExecution.Backend.Name}, {pair.Value} times"));
    }

    /// <summary>Whether an equation is one for a kernel here.</summary>
    internal bool HasKernel(Equation equation) =>
        equation.Primitive.WorksOnHost && Runs(equation.Primitive, [.. equation.Operands.Select(operand => operand.Type)]);

    /// <summary>Whether the results of an equation may lie in memory of its operands.</summary>
    internal bool Shares(Equation equation) => HasKernel(equation) && SharesMemory(equation.Primitive);

    /// <summary>A repeated scalar in memory of this backend.</summary>
    internal Tensor Constant(TensorType type, double scalar) => Repeat(type, scalar);

    /// <summary>Executes a primitive of which is known whether there is a kernel here.</summary>
    internal Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands, bool hasKernel)
    {
        // a loop, a solve, a function with a rule of the user's: it runs its graphs where its operands are
        if (!primitive.WorksOnHost)
        {
            return primitive.Execute(this, operands);
        }

        var all = new Tensor[operands.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = hasKernel ? Place(operands[i]) : HostExecution.Backend.Place(operands[i]);
        }

        return hasKernel ? Run(primitive, all) : Array.ConvertAll(HostExecution.Backend.Execute(primitive, all), Copied);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private bool HasKernel(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        var types = new TensorType[operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = operands[i].Type;
        }

        return primitive.WorksOnHost && Runs(primitive, types);
    }

    // unlike placed, not kept for other uses: a plan releases it
    private Tensor Copied(Tensor tensor) => tensor.Storage is UniformStorage uniform ? Repeat(tensor.Type, uniform.Value) : Upload(tensor.Read());

    private Tensor Stack(TensorType type, StackedRows stacked)
    {
        Tensor whole = AllocateZeros(type);
        for (int i = 0, next = 0; i < stacked.Rows.Count; next += stacked.Rows[i++].Count)
        {
            Tensor row = stacked.Rows[i];
            new Tensor(row.Type, whole.Storage.PartOf(type, row.Type, next)).Overwrite(row);
        }

        return whole;
    }
}
