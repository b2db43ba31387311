/// Whether a kernel would take a program, and why not. [org.ebpf4j.verifier.Verifier] is where it
/// begins.
@NullMarked
package org.ebpf4j.verifier;

import org.jspecify.annotations.NullMarked;
