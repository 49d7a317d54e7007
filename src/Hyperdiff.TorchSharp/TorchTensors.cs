namespace Hyperdiff.TorchSharp;

/// <summary>x</summary>
internal static class TorchTensors
{
}
