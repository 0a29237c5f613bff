package hold

// TitleLength is looked at by the tests of titles.
const TitleLength = titleLength
