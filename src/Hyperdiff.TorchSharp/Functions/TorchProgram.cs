using TorchSharp;

namespace Hyperdiff.TorchSharp.Functions;

/// <summary>A function of tensors of libtorch, or a derivative of one, itself differentiable by libtorch: to any order.</summary>
/// <remarks>Derivatives of derivatives are programs around programs. All run within one session of the function, whose leaves the innermost one
/// takes.</remarks>
internal abstract record TorchProgram
{
    /// <summary>The number of operands.</summary>
    public abstract int Inputs { get; }

    /// <summary>The number of results.</summary>
    public abstract int Outputs { get; }

    /// <summary>How many gradients of gradients libtorch takes in it.</summary>
    public abstract int Depth { get; }

    /// <summary>Of its operands those in which it is linear: from this one on. None of a function itself.</summary>
    public abstract int Linear { get; }

    /// <summary>The types of the results.</summary>
    public abstract TensorType[] Infer(TorchFunction function, ReadOnlySpan<TensorType> operands);

    /// <summary>The results, as nodes of libtorch's graph.</summary>
    /// <param name="function">The function at the bottom.</param>
    /// <param name="operands">Leaves.</param>
    /// <param name="isDifferentiated">Whether somebody asks for derivatives of the results.</param>
    public abstract torch.Tensor[] Run(TorchFunction function, torch.Tensor[] operands, bool isDifferentiated);

    /// <summary>Gradients of what depends on anything: others are zeros, which libtorch would end the process for.</summary>
    protected static torch.Tensor?[] Gradients(torch.Tensor[] outputs, torch.Tensor[] inputs, torch.Tensor[] seeds, bool isDifferentiated)
    {
        int[] dependent = [.. Enumerable.Range(0, outputs.Length).Where(i => outputs[i].requires_grad)];
        if (dependent.Length == 0 || inputs.Length == 0)
        {
            return new torch.Tensor?[inputs.Length];
        }

        // retain_graph and allow_unused are not choices: without either, create_graph ends the process
        IList<torch.Tensor> found = torch.autograd.grad(
            [.. dependent.Select(i => outputs[i])], inputs, [.. dependent.Select(i => seeds[i])], retain_graph: true, create_graph: isDifferentiated,
            allow_unused: true);
        return [.. found.Select(gradient => gradient.IsInvalid ? null : gradient)];
    }
}

/// <summary>The function itself.</summary>
/// <param name="Operands">How many it takes.</param>
/// <param name="Results">How many it gives.</param>
internal sealed record FunctionItself(int Operands, int Results) : TorchProgram
{
    /// <inheritdoc/>
    public override int Inputs => Operands;

    /// <inheritdoc/>
    public override int Outputs => Results;

    /// <inheritdoc/>
    public override int Linear => Operands;

    /// <inheritdoc/>
    public override int Depth => 0;

    /// <inheritdoc/>
    public override TensorType[] Infer(TorchFunction function, ReadOnlySpan<TensorType> operands) => function.Infer(operands);

    /// <inheritdoc/>
    public override torch.Tensor[] Run(TorchFunction function, torch.Tensor[] operands, bool isDifferentiated) => function.Invoke(operands);
}

/// <summary>The tangents of the results of a program, <c>ẏ = J ẋ</c>: by double backward, since <c>Jᵀu</c> is linear in u.</summary>
/// <param name="Of">The program.</param>
/// <param name="Active">In which of its operands; their tangents follow them as operands.</param>
internal sealed record Pushforward(TorchProgram Of, Axes Active) : TorchProgram
{
    /// <inheritdoc/>
    public override int Inputs => Of.Inputs + Active.Count;

    /// <inheritdoc/>
    public override int Outputs => Of.Outputs;

    /// <inheritdoc/>
    public override int Depth => Of.Depth + 2;

    /// <inheritdoc/>
    public override int Linear => Of.Inputs;

    /// <inheritdoc/>
    public override TensorType[] Infer(TorchFunction function, ReadOnlySpan<TensorType> operands) => Of.Infer(function, operands[..Of.Inputs]);

    /// <inheritdoc/>
    public override torch.Tensor[] Run(TorchFunction function, torch.Tensor[] operands, bool isDifferentiated)
    {
        torch.Tensor[] point = operands[..Of.Inputs], y = Of.Run(function, point, isDifferentiated: true);
        torch.Tensor[] u = [.. y.Select(result => torch.zeros_like(result, requires_grad: true))];
        torch.Tensor?[] g = Gradients(y, [.. Active.Items.Select(i => point[i])], u, isDifferentiated: true);
        int[] used = [.. Enumerable.Range(0, g.Length).Where(i => g[i] is not null)];
        torch.Tensor?[] tangents = Gradients([.. used.Select(i => g[i]!)], u, [.. used.Select(i => operands[Of.Inputs + i])], isDifferentiated);
        return [.. tangents.Select((tangent, i) => tangent ?? torch.zeros_like(y[i]))];
    }
}

/// <summary>The cotangents of operands of a program, <c>x̄ = Jᵀȳ</c>.</summary>
/// <param name="Of">The program.</param>
/// <param name="Active">Of which of its operands. The cotangents of its results follow its operands.</param>
internal sealed record Pullback(TorchProgram Of, Axes Active) : TorchProgram
{
    /// <inheritdoc/>
    public override int Inputs => Of.Inputs + Of.Outputs;

    /// <inheritdoc/>
    public override int Outputs => Active.Count;

    /// <inheritdoc/>
    public override int Depth => Of.Depth + 1;

    /// <inheritdoc/>
    public override int Linear => Of.Inputs;

    /// <inheritdoc/>
    public override TensorType[] Infer(TorchFunction function, ReadOnlySpan<TensorType> operands)
    {
        TensorType[] all = operands.ToArray();
        return [.. Active.Items.Select(i => all[i])];
    }

    /// <inheritdoc/>
    public override torch.Tensor[] Run(TorchFunction function, torch.Tensor[] operands, bool isDifferentiated)
    {
        torch.Tensor[] point = operands[..Of.Inputs], active = [.. Active.Items.Select(i => point[i])];
        torch.Tensor?[] cotangents = Gradients(Of.Run(function, point, isDifferentiated: true), active, operands[Of.Inputs..], isDifferentiated);
        return [.. cotangents.Select((cotangent, i) => cotangent ?? torch.zeros_like(active[i]))];
    }
}
