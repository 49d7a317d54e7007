using System.Globalization;

namespace Hyperdiff;

/// <summary>Ends code of the user's that makes more products than are allowed; caught where that code was called.</summary>
internal sealed class BudgetSpentException(long most) : Exception(string.Create(CultureInfo.InvariantCulture, $"it made {most} products and went on"));
