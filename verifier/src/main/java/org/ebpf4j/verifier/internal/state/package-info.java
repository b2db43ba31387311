/// What is known of registers and stacks at one point of a walk through a program.
@NullMarked
package org.ebpf4j.verifier.internal.state;

import org.jspecify.annotations.NullMarked;
