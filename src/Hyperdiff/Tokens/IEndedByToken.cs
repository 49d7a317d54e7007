namespace Hyperdiff;

/// <summary>What carries how work ended, so that it can be told whether that was by a token.</summary>
internal interface IEndedByToken
{
    /// <summary>Whether a token was why.</summary>
    bool IsByToken { get; }
}
