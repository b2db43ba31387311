/// What the verifier asks of tables: fields of contexts, calls, and the results of programs.
@NullMarked
package org.ebpf4j.verifier.internal.rule;

import org.jspecify.annotations.NullMarked;
