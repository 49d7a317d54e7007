namespace Hyperdiff.DiffSharp;

/// <summary>A tensor of memory's: the memory's own, or one that was made for its borrower.</summary>
/// <param name="Raw">The tensor.</param>
/// <param name="IsOwn">Whether it was made for the borrower, who gives it back.</param>
internal readonly record struct Lent(RawTensor Raw, bool IsOwn)
{
    /// <summary>Gives it back.</summary>
    public void Return()
    {
        if (IsOwn)
        {
            Storages.Release(Raw);
        }
    }

    /// <summary>The tensor for a new owner.</summary>
    public RawTensor Keep() => IsOwn ? Raw : Storages.Shared(Raw);
}
