package org.ebpf4j.cli.process;

import java.io.PrintWriter;

/// Where a command prints.
///
/// @param out results
/// @param err what is said about them
public record Console(PrintWriter out, PrintWriter err) {}
