namespace Hyperdiff;

/// <summary>Promises that the result depends on the arguments alone, and that nothing else happens: no state, input, output, clock or randomness.</summary>
/// <remarks>
/// The promise is kept in metadata, so that annotated methods of other assemblies may call the member. Where the member, or an implementation or override of
/// it, has a body, the analyzers check the promise there; calls of it are then not followed. On a type it holds for all members.
/// <c>System.Diagnostics.Contracts.PureAttribute</c> says less, no visible change of state, and is not taken for this promise.
/// </remarks>
[AttributeUsage(
    AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Constructor | AttributeTargets.Class | AttributeTargets.Struct
        | AttributeTargets.Interface)]
public sealed class PureFunctionAttribute : Attribute;
