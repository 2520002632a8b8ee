// JSON in, JSON out: adds up the lines of an invoice.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type line struct {
	Item  string `json:"item"`
	Cents int    `json:"cents"`
	Count int    `json:"count"`
}

func main() {
	var lines []line
	if err := json.NewDecoder(os.Stdin).Decode(&lines); err != nil {
		fmt.Fprintln(os.Stderr, "expected a JSON array of lines:", err)
		os.Exit(1)
	}
	total := 0
	for _, l := range lines {
		total += l.Cents * l.Count
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]int{"lines": len(lines), "totalCents": total})
}
