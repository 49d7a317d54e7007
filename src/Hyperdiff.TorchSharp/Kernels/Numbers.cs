using TorchSharp;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Numbers as libtorch takes them: each is a native object, so that those that kernels use are made once.</summary>
internal static class Numbers
{
    public static readonly Scalar Zero = 0.0, OneHalf = 0.5, One = 1.0, Two = 2.0, Three = 3.0, Four = 4.0;
    public static readonly Scalar WholeZero = 0L, WholeOne = 1L;

    /// <summary>In double precision, where the device has it, and back: for functions that float32 would compute with a few digits only.</summary>
    public static torch.Tensor InDouble(torch.Tensor x, Func<torch.Tensor, torch.Tensor> function) =>
        x.dtype == torch.ScalarType.Float32 && x.device_type != DeviceType.MPS
            ? function(x.to(torch.ScalarType.Float64)).to(torch.ScalarType.Float32) : function(x);

    /// <summary>The same of two operands.</summary>
    public static torch.Tensor InDouble(torch.Tensor x, torch.Tensor y, Func<torch.Tensor, torch.Tensor, torch.Tensor> function) =>
        x.dtype == torch.ScalarType.Float32 && x.device_type != DeviceType.MPS
            ? function(x.to(torch.ScalarType.Float64), y.to(torch.ScalarType.Float64)).to(torch.ScalarType.Float32) : function(x, y);
}
