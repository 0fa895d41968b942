/**
 * What the gateway says about itself: the OpenAPI document, a page to browse it, and the AsyncAPI
 * document.
 *
 * <p>Files are read from the class path off the event loop and are not kept. Holds nothing, so
 * nothing fills up.
 */
@NullMarked
package dev.sluice.gateway.docs;

import org.jspecify.annotations.NullMarked;
