namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Convolutions and pooling, in the module <c>Tensor</c>.</summary>
[<AutoOpen>]
module Windows =

    /// <summary>Convolutions and pooling, in the module <c>Tensor</c>.</summary>
    [<RequireQualifiedAccess>]
    module Tensor =

        /// <summary>The convolution of neural networks over 1 axis.</summary>
        /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
        /// <param name="weight">The kernels, laid out as in the C# method.</param>
        /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
        [<CompiledName("Conv1d")>]
        let conv1d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
            tensor.Conv1d(weight, options)

        /// <summary>The convolution of neural networks over 2 axes.</summary>
        /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
        /// <param name="weight">The kernels, laid out as in the C# method.</param>
        /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
        [<CompiledName("Conv2d")>]
        let conv2d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
            tensor.Conv2d(weight, options)

        /// <summary>The convolution of neural networks over 3 axes.</summary>
        /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
        /// <param name="weight">The kernels, laid out as in the C# method.</param>
        /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
        [<CompiledName("Conv3d")>]
        let conv3d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
            tensor.Conv3d(weight, options)

        /// <summary>The transpose of a convolution over 1 axis.</summary>
        /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
        /// <param name="weight">The kernels, laid out as in the C# method.</param>
        /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
        [<CompiledName("ConvTranspose1d")>]
        let convTranspose1d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
            tensor.ConvTranspose1d(weight, options)

        /// <summary>The transpose of a convolution over 2 axes.</summary>
        /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
        /// <param name="weight">The kernels, laid out as in the C# method.</param>
        /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
        [<CompiledName("ConvTranspose2d")>]
        let convTranspose2d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
            tensor.ConvTranspose2d(weight, options)

        /// <summary>The transpose of a convolution over 3 axes.</summary>
        /// <param name="options">How the kernel moves: <c>Convolution(Stride = Axes 2, Padding = Padding.Same)</c>.</param>
        /// <param name="weight">The kernels, laid out as in the C# method.</param>
        /// <param name="tensor"><c>[…, channels, size …]</c>.</param>
        [<CompiledName("ConvTranspose3d")>]
        let convTranspose3d (options: Convolution) (weight: Tensor) (tensor: Tensor) =
            tensor.ConvTranspose3d(weight, options)

        /// <summary>The greatest element in each place of a window over the last axis.</summary>
        /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
        /// <param name="stride">The distances between neighboring places, likewise.</param>
        /// <param name="tensor">The tensor.</param>
        [<CompiledName("MaxPool1d")>]
        let maxPool1d (kernel: int list) (stride: int list) (tensor: Tensor) =
            tensor.MaxPool1d(Axes(span kernel), Axes(span stride))

        /// <summary>The greatest element in each place of a window over the last 2 axes.</summary>
        /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
        /// <param name="stride">The distances between neighboring places, likewise.</param>
        /// <param name="tensor">The tensor.</param>
        [<CompiledName("MaxPool2d")>]
        let maxPool2d (kernel: int list) (stride: int list) (tensor: Tensor) =
            tensor.MaxPool2d(Axes(span kernel), Axes(span stride))

        /// <summary>The greatest element in each place of a window over the last 3 axes.</summary>
        /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
        /// <param name="stride">The distances between neighboring places, likewise.</param>
        /// <param name="tensor">The tensor.</param>
        [<CompiledName("MaxPool3d")>]
        let maxPool3d (kernel: int list) (stride: int list) (tensor: Tensor) =
            tensor.MaxPool3d(Axes(span kernel), Axes(span stride))

        /// <summary>The mean in each place of a window over the last axis.</summary>
        /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
        /// <param name="stride">The distances between neighboring places, likewise.</param>
        /// <param name="tensor">The tensor.</param>
        [<CompiledName("AvgPool1d")>]
        let avgPool1d (kernel: int list) (stride: int list) (tensor: Tensor) =
            tensor.AvgPool1d(Axes(span kernel), Axes(span stride))

        /// <summary>The mean in each place of a window over the last 2 axes.</summary>
        /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
        /// <param name="stride">The distances between neighboring places, likewise.</param>
        /// <param name="tensor">The tensor.</param>
        [<CompiledName("AvgPool2d")>]
        let avgPool2d (kernel: int list) (stride: int list) (tensor: Tensor) =
            tensor.AvgPool2d(Axes(span kernel), Axes(span stride))

        /// <summary>The mean in each place of a window over the last 3 axes.</summary>
        /// <param name="kernel">The sizes of the window: one for all axes, or one for each.</param>
        /// <param name="stride">The distances between neighboring places, likewise.</param>
        /// <param name="tensor">The tensor.</param>
        [<CompiledName("AvgPool3d")>]
        let avgPool3d (kernel: int list) (stride: int list) (tensor: Tensor) =
            tensor.AvgPool3d(Axes(span kernel), Axes(span stride))
