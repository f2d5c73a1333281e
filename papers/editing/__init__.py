"""How people edit papers and sections: forms, proposals, and two people editing the same row."""
