using Hyperdiff.TorchSharp.Functions;
using TorchSharp;

namespace Hyperdiff.TorchSharp;

/// <summary>A function of Hyperdiff inside a program of TorchSharp: a fixed point, a minimum, a hypergradient, or any other, as a node of autograd's
/// graph.</summary>
/// <remarks>
/// <code>
/// var equilibrium = HyperdiffFunction.Of(a => FixedPoint.Of(map, start, a));
/// torch.Tensor loss = head.forward(equilibrium.Call(a)).sum();
/// HyperdiffFunction.Backward(loss);              // a.grad, by the adjoint solve
/// </code>
/// Its derivatives are Hyperdiff's, also those of derivatives (<c>create_graph: true</c>), and nothing is copied. A function whose solve fails throws when it
/// is called. In a backward pass an exception would end the process: gradients are NaN then, and <see cref="Backward"/> throws what was the matter.
/// </remarks>
public sealed class HyperdiffFunction
{
    private static readonly Lock s_gate = new();
    private static readonly List<Exception> s_failures = [];

    private readonly Func<Tensor[], Tensor[]> _function;

    private HyperdiffFunction(Func<Tensor[], Tensor[]> function, string name) => (_function, Name) = (function, name);

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>What happened in the latest backward pass that failed and was not run by <see cref="Backward"/>; null if none did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>A function from one tensor to one.</summary>
    /// <param name="function">Pure, written with Hyperdiff.</param>
    /// <param name="name">What it is called in messages.</param>
    public static HyperdiffFunction Of(Func<Tensor, Tensor> function, string name = "a function of Hyperdiff")
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of(x => [function(x[0])], name);
    }

    /// <summary>A function from tensors to tensors.</summary>
    /// <inheritdoc cref="Of(Func{Tensor, Tensor}, string)"/>
    public static HyperdiffFunction Of(Func<Tensor[], Tensor[]> function, string name = "a function of Hyperdiff")
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new HyperdiffFunction(function, name);
    }

    /// <summary>The backward pass from a loss, and then what went wrong in it, if anything did.</summary>
    /// <param name="loss">A scalar; gradients are added to <c>grad</c> of the leaves that it depends on, as <c>loss.backward()</c> adds them.</param>
    /// <param name="createGraph">Whether gradients are to be differentiated themselves.</param>
    /// <exception cref="SolveException">An adjoint did not converge; the gradients behind it are NaN.</exception>
    /// <exception cref="InvalidOperationException">Something else failed in a function of Hyperdiff; the gradients behind it are NaN.</exception>
    public static void Backward(torch.Tensor loss, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(loss);
        lock (s_gate)
        {
            _ = Taken();
            if (createGraph)
            {
                torch.autograd.backward([loss], retain_graph: true, create_graph: true);
            }
            else
            {
                loss.backward();
            }

            Exception[] failures = Taken();
            switch (failures)
            {
                case []:
                    return;
                case [SolveException failure, ..]:
                    throw new SolveException($"A backward pass failed; the gradients behind what failed are NaN. {failure.Message}", failure.Reports);
                default:
                    throw new InvalidOperationException("A backward pass failed within a function of Hyperdiff; the gradients behind are NaN.", failures[0]);
            }
        }
    }

    /// <summary>The results, as nodes of autograd's graph where an argument requires gradients.</summary>
    /// <param name="arguments">Of float32, float64, int32 or bool, all on one device; integers and masks have no gradients.</param>
    /// <exception cref="SolveException">A solve within did not converge.</exception>
    public torch.Tensor[] Apply(params torch.Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return HyperdiffNode.Call(this, arguments);
    }

    /// <summary>The result of a function with one.</summary>
    /// <inheritdoc cref="Apply"/>
    public torch.Tensor Call(params torch.Tensor[] arguments) => Apply(arguments) is [var result] ? result
        : throw new InvalidOperationException($"{Name} has several results; ask for them by Apply.");

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The function, or a derivative of it, on tensors of Hyperdiff.</summary>
    internal Tensor[] Evaluate(Tensor[] arguments) => _function(arguments);

    /// <summary>From arguments and cotangents of the results to cotangents of those arguments that are floating.</summary>
    internal HyperdiffFunction Pullback(int arguments) => new(
        all =>
        {
            Tensor[] point = all[..arguments];
            int[] floating = [.. Enumerable.Range(0, arguments).Where(i => point[i].DType.IsFloating())];
            Linearized<Tensor[], Tensor[]> linearized = Diff.Linearize(
                (Tensor[] x) =>
                {
                    Tensor[] whole = [.. point];
                    for (int i = 0; i < floating.Length; i++)
                    {
                        whole[floating[i]] = x[i];
                    }

                    return _function(whole);
                },
                Array.ConvertAll(floating, i => point[i]));
            return linearized.Vjp(all[arguments..]);
        },
        $"the gradient of {Name}");

    // gradients of a GPU are computed on another thread
    private static Exception[] Taken()
    {
        lock (s_failures)
        {
            Exception[] taken = [.. s_failures];
            s_failures.Clear();
            return taken;
        }
    }

    /// <summary>Remembers why gradients are not numbers.</summary>
    internal void Fail(Exception failure)
    {
        Failure = failure;
        lock (s_failures)
        {
            s_failures.Add(failure);
        }
    }
}
