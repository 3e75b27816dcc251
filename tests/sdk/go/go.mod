module realhost

go 1.22
