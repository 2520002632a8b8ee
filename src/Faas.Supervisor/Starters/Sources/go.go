package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// Input is stdin, output is stdout; what goes to stderr is in the function's log.
func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	name := strings.TrimSpace(string(input))
	if name == "" {
		name = "world"
	}

	fmt.Printf("Hello, %s!\n", name)
}
