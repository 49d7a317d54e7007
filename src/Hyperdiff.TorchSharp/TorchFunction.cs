using System.Collections.Concurrent;
using TorchSharp;
using Hyperdiff.TorchSharp.Functions;

namespace Hyperdiff.TorchSharp;

/// <summary>A function written with TorchSharp as one that Hyperdiff differentiates: in both modes, to any order, by libtorch's own derivatives.</summary>
/// <remarks>
/// The function stands in a graph as one operation. Its cotangents are those of <c>autograd.grad</c>, its tangents come by double backward: <c>Jᵀu</c> is
/// linear in u, and its transpose is J. So each product runs the function anew. It must be pure: what it draws at random, counts, or writes in place into
/// what it was given makes wrong derivatives. Derivatives beyond the second are compared with differences once, since some of libtorch's lack terms. Kinks
/// within are libtorch's to judge, and are not counted in warnings. In a batch (<c>Diff.Vmap</c>) it runs item by item. One function of libtorch runs at a
/// time, since modules are written to while they run.
/// </remarks>
public class TorchFunction
{
    private const int Trials = 3;

    private static readonly Lock s_gate = new();

    private readonly Func<torch.Tensor[], torch.Tensor[]> _function;
    private readonly ConcurrentDictionary<string, TensorType[]> _inferred = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<object, bool> _checked = new();

    private protected TorchFunction(Func<torch.Tensor[], torch.Tensor[]> function, string name, torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentException.ThrowIfNullOrEmpty(name);
        (_function, Name, Backend) = (function, name, TorchBackend.On(device));
    }

    /// <summary>What it is called in messages and reports.</summary>
    public string Name { get; }

    /// <summary>Where it runs: operands from elsewhere are copied there, results to where the others are.</summary>
    public TorchBackend Backend { get; }

    /// <summary>A function from one tensor to one.</summary>
    /// <param name="function">Written with TorchSharp; its result depends on its argument and on nothing that changes.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="device">Where it runs; the CPU if absent.</param>
    /// <exception cref="DllNotFoundException">libtorch is not there.</exception>
    public static TorchFunction Of(Func<torch.Tensor, torch.Tensor> function, string name = "a function of libtorch", torch.Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of(x => [function(x[0])], name, device);
    }

    /// <summary>A function from tensors to tensors.</summary>
    /// <inheritdoc cref="Of(Func{torch.Tensor, torch.Tensor}, string, torch.Device?)"/>
    public static TorchFunction Of(Func<torch.Tensor[], torch.Tensor[]> function, string name = "a function of libtorch", torch.Device? device = null)
    {
        TorchLibrary.Require();
        return new TorchFunction(function, name, device ?? torch.CPU);
    }

    /// <summary>The results, traced where an argument is.</summary>
    /// <param name="arguments">Tensors of any shapes that the function takes, on its device or in host memory.</param>
    /// <exception cref="ArgumentException">The function gave something else than floating tensors, or not the same twice.</exception>
    public Tensor[] Apply(params Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        int results = Infer(Array.ConvertAll(arguments, argument => argument.Type)).Length;
        return new TorchCall(this, new FunctionItself(arguments.Length, results)).Apply(arguments);
    }

    /// <summary>The result of a function with one.</summary>
    /// <inheritdoc cref="Apply"/>
    public Tensor Call(params Tensor[] arguments) => Apply(arguments) is [var result] ? result
        : throw new InvalidOperationException($"{Name} has several results; ask for them by Apply.");

    /// <inheritdoc/>
    public override string ToString() => $"{Name} on {Backend}";

    /// <summary>The types of the results: asked of the function, once for each combination of types.</summary>
    internal TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        TensorType[] types = operands.ToArray();
        return _inferred.GetOrAdd(string.Join('|', types), _ => Probe(types));
    }

    /// <summary>Does something that may throw once for a key.</summary>
    internal void Once(object key, Action check)
    {
        if (!_checked.ContainsKey(key))
        {
            check();
            _checked.TryAdd(key, true);
        }
    }

    /// <summary>The function on nodes of libtorch's graph.</summary>
    internal torch.Tensor[] Invoke(torch.Tensor[] operands) => _function(operands);

    /// <summary>Runs something of the function, alone, with operands as leaves of libtorch's graph.</summary>
    internal torch.Tensor[] Within(torch.Tensor[] operands, Func<torch.Tensor[], torch.Tensor[]> run)
    {
        lock (s_gate)
        {
            using IDisposable recording = torch.enable_grad();
            torch.Tensor[] leaves = Array.ConvertAll(operands, Leaf);
            using IDisposable? session = Open(leaves);
            return run(leaves);
        }
    }

    /// <summary>Puts leaves where the function looks for them, until it is done.</summary>
    /// <param name="leaves">Those of the operands, of which some may be replaced; derivatives bring further ones behind.</param>
    private protected virtual IDisposable? Open(torch.Tensor[] leaves) => null;

    /// <summary>Throws unless there are derivatives in operands.</summary>
    internal void RequireDerivatives(IEnumerable<int> operands)
    {
        foreach (int operand in operands)
        {
            RequireDerivative(operand);
        }
    }

    /// <summary>Throws if operands of these types cannot be right.</summary>
    private protected virtual void Require(TensorType[] operands)
    {
    }

    /// <summary>Throws if there is no derivative in an operand.</summary>
    private protected virtual void RequireDerivative(int operand)
    {
    }

    /// <summary>What else could change between two calls, to be compared.</summary>
    private protected virtual IEnumerable<(string Name, torch.Tensor Value)> Kept() => [];

    private protected static torch.Tensor Leaf(torch.Tensor operand) =>
        operand.is_floating_point() ? operand.detach().requires_grad_() : operand.detach();

    // twice, on numbers that are alike nowhere, which shows what draws at random or writes to itself
    private TensorType[] Probe(TensorType[] operands)
    {
        Require(operands);
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[] Numbers() => Array.ConvertAll(operands, Sample);
        (string Name, torch.Tensor Value)[] before = [.. Kept().Select(kept => (kept.Name, kept.Value.detach().clone()))];
        torch.Tensor[] first = Within(Numbers(), leaves => Invoke(leaves)), second = Within(Numbers(), leaves => Invoke(leaves));
        bool isDrawn = Enumerable.Range(0, Trials).All(_ => Draws(() => Within(Numbers(), leaves => Invoke(leaves))));
        foreach (((string name, torch.Tensor old), (_, torch.Tensor now)) in before.Zip(Kept()))
        {
            if (!old.eq(now.detach()).all().ToBoolean())
            {
                using (torch.no_grad())
                {
                    now.copy_(old);
                }

                throw new ArgumentException($"{Name} changes its buffer `{name}` when it is called, so its derivative would be of another function each time; "
                    + "put it into evaluation mode first: module.eval().");
            }
        }

        if (isDrawn || !first.Zip(second).All(pair => torch.allclose(pair.First, pair.Second, 0, 0, equal_nan: true)))
        {
            throw new ArgumentException($"{Name} draws random numbers, or gives another result each time, so it has no derivative; put modules into "
                + "evaluation mode first, module.eval(), and pass what is random as an argument.");
        }

        return Array.ConvertAll(first, result => result.is_floating_point() ? new TensorType(result.dtype.ToHyperdiff(), result.ToShape())
            : throw new ArgumentException($"{Name} returned a tensor of {result.dtype}; only results of Float32 and Float64 can be differentiated."));
    }

    // other threads may draw meanwhile, but hardly each time
    private static bool Draws(Func<torch.Tensor[]> run)
    {
        torch.Tensor before = torch.get_rng_state();
        _ = run();
        return !before.eq(torch.get_rng_state()).all().ToBoolean();
    }

    private torch.Tensor Sample(TensorType type)
    {
        using Scalar step = 0.7310585786;
        return type.DType.IsFloating()
            ? torch.arange(type.Shape.ElementCount, type.DType.ToTorch(), Backend.Device).add(1).mul(step).sin().reshape(type.Shape.ToTorch())
            : torch.zeros(type.Shape.ToTorch(), type.DType.ToTorch(), Backend.Device);
    }
}
