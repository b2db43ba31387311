/// What a verifier is given: a program, and the rules of a kernel version.
@NullMarked
package org.ebpf4j.verifier.input;

import org.jspecify.annotations.NullMarked;
