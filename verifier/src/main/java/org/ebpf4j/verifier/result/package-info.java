/// What a verifier says of a program.
@NullMarked
package org.ebpf4j.verifier.result;

import org.jspecify.annotations.NullMarked;
