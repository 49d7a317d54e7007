namespace Hyperdiff.Testing;

/// <summary>Ends a case that there is nothing to see in, over the backend at hand; the message is the reason.</summary>
internal sealed class NotApplicableException(string message) : Exception(message);
