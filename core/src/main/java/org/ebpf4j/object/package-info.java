/// Object files as values: what is to be created, before anything is created.
@NullMarked
package org.ebpf4j.object;

import org.jspecify.annotations.NullMarked;
