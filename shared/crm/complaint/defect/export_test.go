package defect

// SourceShop is looked at by the tests of the catalogue.
var SourceShop = sourceShop
