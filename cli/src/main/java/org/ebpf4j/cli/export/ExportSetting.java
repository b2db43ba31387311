package org.ebpf4j.cli.export;

import java.io.PrintWriter;

/// What an [Exporter] works with.
///
/// @param namespace what is put before the names of all metrics, with an underscore between
/// @param numbers what numbers in keys stand for
/// @param complaints is told what goes wrong while it goes on
/// @param spans where spans of traces go, a line each
/// @param end is run where no more of them can be written
record ExportSetting(
    String namespace, Numbers numbers, Complaints complaints, PrintWriter spans, Runnable end) {}
