namespace Backflow.Training.Tasks.Agreement;

/// <summary>
/// What a noun means, as far as a sentence has to know in order to make sense: who can read, what can be read, what
/// can stand on what. A noun has one class, a place in a frame may take several.
/// </summary>
[Flags]
internal enum NounClass
{
    None = 0,
    Professional = 1 << 0,
    Folk = 1 << 1,
    Kin = 1 << 2,
    Animal = 1 << 3,
    Document = 1 << 4,
    Picture = 1 << 5,
    Item = 1 << 6,
    Key = 1 << 7,
    Container = 1 << 8,
    Surface = 1 << 9,
    Vehicle = 1 << 10,
    Boat = 1 << 11,
    Building = 1 << 12,
    Area = 1 << 13,
    Landmark = 1 << 14,
    Water = 1 << 15,

    /// <summary>Any person.</summary>
    Person = Professional | Folk | Kin,

    /// <summary>What a person can call "my".</summary>
    Ownable = Kin | Animal | Document | Picture | Item | Key | Container | Surface | Vehicle | Boat,
}
