/// The walk through a program, path by path.
@NullMarked
package org.ebpf4j.verifier.internal.engine;

import org.jspecify.annotations.NullMarked;
