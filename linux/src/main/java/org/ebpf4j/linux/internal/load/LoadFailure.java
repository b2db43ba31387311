package org.ebpf4j.linux.internal.load;

import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;

/// Why an object or a program was not loaded.
///
/// @param stage how far it came
/// @param reason why it came no further
public record LoadFailure(Verdict.Stage stage, BpfException reason) {}
