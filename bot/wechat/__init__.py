"""The only code that knows WeChat's wire formats.

Inwards: `codec.Codec` verifies, decrypts and parses a push into an `inbound.Inbound`, and seals the reply that
`replies` rendered. Outwards: `client.Client` calls the platform's API with the token that `token.AccessToken`
keeps, and raises what `errors` lists.
"""
