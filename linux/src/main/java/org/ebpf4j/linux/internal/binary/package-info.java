/// Program files and libraries on this machine: where they are, and what is kept of them.
@NullMarked
package org.ebpf4j.linux.internal.binary;

import org.jspecify.annotations.NullMarked;
