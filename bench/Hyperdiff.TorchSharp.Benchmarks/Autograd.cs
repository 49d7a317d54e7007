using TorchSharp;

namespace Hyperdiff.TorchSharp.Benchmarks;

/// <summary>A bilevel problem written with TorchSharp alone.</summary>
/// <param name="Validate">F(w, λ).</param>
/// <param name="Step">Φ(w, λ), a node of autograd's graph.</param>
internal sealed record Autograd(
    Func<torch.Tensor[], torch.Tensor[], torch.Tensor> Validate,
    Func<torch.Tensor[], torch.Tensor[], torch.Tensor[]> Step)
{
    /// <summary>w − η ∇f.</summary>
    public static torch.Tensor[] Descended(Func<torch.Tensor[], torch.Tensor[], torch.Tensor> train, double rate, torch.Tensor[] w, torch.Tensor[] h)
    {
        IList<torch.Tensor> gradient = torch.autograd.grad([train(w, h)], w, retain_graph: true, create_graph: true, allow_unused: true);
        return [.. w.Zip(gradient, (x, g) => x - (rate * g))];
    }

    /// <summary>Jᵀv with the graph at hand.</summary>
    public static torch.Tensor[] TransposedProduct(torch.Tensor[] stepped, torch.Tensor[] w, torch.Tensor[] v)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return [.. torch.autograd.grad(stepped, w, v, retain_graph: true, allow_unused: true).Select(g => g.MoveToOuterDisposeScope())];
    }

    /// <summary>The hypergradient by so many updates of the adjoint, as hypertorch's <c>fixed_point</c> computes it.</summary>
    public torch.Tensor[] FixedPoint(torch.Tensor[] state, torch.Tensor[] hyper, int updates)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[] w = Leaves(state), h = Leaves(hyper);
        IList<torch.Tensor> gradients = torch.autograd.grad([Validate(w, h)], [.. w, .. h], retain_graph: true, allow_unused: true);
        torch.Tensor[] g = [.. gradients.Take(w.Length)], stepped = Step(w, h);
        torch.Tensor[] v = [.. g.Select(x => torch.zeros_like(x))];
        for (int i = 0; i < updates; i++)
        {
            using DisposeScope inner = torch.NewDisposeScope();
            torch.Tensor[] next = [.. torch.autograd.grad(stepped, w, v, retain_graph: true, allow_unused: true).Zip(g, (a, b) => a + b)];
            v = [.. next.Select(x => x.MoveToOuterDisposeScope())];
        }

        IList<torch.Tensor> indirect = torch.autograd.grad(stepped, h, v, retain_graph: true, allow_unused: true);
        return
        [
            .. indirect.Select((part, i) => (part.IsInvalid ? torch.zeros_like(h[i]) : part)
                + (gradients[w.Length + i].IsInvalid ? torch.zeros_like(h[i]) : gradients[w.Length + i])).Select(x => x.MoveToOuterDisposeScope()),
        ];
    }

    /// <summary>Copies that require gradients.</summary>
    public static torch.Tensor[] Leaves(torch.Tensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.detach().requires_grad_());

}
