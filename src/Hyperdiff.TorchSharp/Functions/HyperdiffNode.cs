using System.Diagnostics.CodeAnalysis;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Functions;

/// <summary>A node of autograd's graph. Its backward pass is a node too, so that it can be differentiated again.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "autograd makes it")]
internal sealed class HyperdiffNode : torch.autograd.MultiTensorFunction<HyperdiffNode>
{
    private const string Function = "function";

    /// <inheritdoc/>
    public override string Name => nameof(HyperdiffNode);

    /// <summary>The results of a function.</summary>
    public static torch.Tensor[] Call(HyperdiffFunction function, torch.Tensor[] arguments) => [.. apply([function, .. arguments])];

    /// <inheritdoc/>
    public override List<torch.Tensor> forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var function = (HyperdiffFunction)vars[0];
        torch.Tensor[] arguments = [.. vars.Skip(1).Cast<torch.Tensor>()];
        Tensor[] results = function.Evaluate(Array.ConvertAll(arguments, argument => argument.ToHyperdiff()));
        ctx.save_for_backward([.. arguments]);
        ctx.save_data(Function, function);
        torch.Device device = arguments.Length > 0 ? arguments[0].device : torch.CPU;
        return [.. results.Select(result => result.ToTorch(device))];
    }

    /// <inheritdoc/>
    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        List<torch.Tensor> arguments = ctx.get_saved_variables();
        var function = (HyperdiffFunction)ctx.get_data(Function);

        // an exception must not leave, or the process ends
        torch.Tensor[] gradients;
        try
        {
            gradients = Call(function.Pullback(arguments.Count), [.. arguments, .. grad_outputs]);
        }
        catch (Exception failure)
        {
            function.Fail(failure);
            gradients = [.. arguments.Where(argument => argument.is_floating_point()).Select(argument => torch.full_like(argument, double.NaN))];
        }

        int next = 0;
        return [null!, .. arguments.Select(argument => argument.is_floating_point() ? gradients[next++] : null!)];
    }
}
