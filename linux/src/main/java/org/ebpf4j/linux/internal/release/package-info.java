/// Takes references to objects away, each where it was found.
@NullMarked
package org.ebpf4j.linux.internal.release;

import org.jspecify.annotations.NullMarked;
